"""``manage.py export_agents``: agents as YAML, into a folder, a file or the terminal."""

from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.text import slugify
from django.utils.translation import ngettext

from agents.agent_file import write_agents
from agents.management.owners import owner_called
from agents.models import Agent


class Command(BaseCommand):
    help = (
        "Writes agents as YAML: one file an agent into a folder, all into one .yaml file, or to the terminal."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", nargs="?", help="a folder (made if need be) or a file ending in .yaml")
        parser.add_argument("--owner", help="only the agents of this user name; all agents otherwise")
        parser.add_argument("--name", action="append", help="only agents of this name; may be repeated")

    def handle(self, *, path: str | None, owner: str | None, name: list[str] | None, **options: Any) -> None:
        agents = Agent.objects.all()
        if owner is not None:
            agents = agents.filter(owner=owner_called(owner))
        if name is not None:
            agents = agents.filter(name__in=name)
        if path is None:
            self.stdout.write(write_agents(agents), ending="")
            return
        try:
            written = _write(Path(path), list(agents))
        except OSError as error:
            raise CommandError(str(error)) from error
        self.stderr.write(
            ngettext("Wrote %(count)d file.", "Wrote %(count)d files.", written) % {"count": written}
        )


def _write(path: Path, agents: list[Agent]) -> int:
    """The number of files written."""
    if path.suffix in {".yaml", ".yml"}:
        path.write_text(write_agents(agents), encoding="utf-8")
        return 1
    path.mkdir(parents=True, exist_ok=True)
    for name, agent in _file_names(agents):
        (path / f"{name}.yaml").write_text(write_agents([agent]), encoding="utf-8")
    return len(agents)


def _file_names(agents: Iterable[Agent]) -> Iterable[tuple[str, Agent]]:
    """A name for each file that no other has, with nothing in it that means something to a file system."""
    taken: set[str] = set()
    for agent in agents:
        stem = slugify(agent.name)[:80] or "agent"
        name, number = stem, 2
        while name in taken:
            name, number = f"{stem}-{number}", number + 1
        taken.add(name)
        yield name, agent
