"""``manage.py import_agents``: agents from YAML files, all of them or none."""

from argparse import ArgumentParser
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from agents.agent_file import MAX_BYTES, read_agents
from agents.changes import AgentChanges
from agents.errors import Refused
from agents.management.owners import owner_called
from agents.services.transfers import import_agents


class Command(BaseCommand):
    help = "Makes agents from YAML files, or changes the owner's agents of the same name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", nargs="+", help="a YAML file, or a folder of them")
        parser.add_argument(
            "--owner", help="the user name they belong to; otherwise nobody, and they are for everyone"
        )

    def handle(self, *, path: list[str], owner: str | None, **options: Any) -> None:
        changes = [values for file in _files(path) for values in _read(file)]
        try:
            taken = import_agents(owner=owner_called(owner) if owner else None, agents=changes)
        except Refused as error:
            raise CommandError(error.text) from error
        self.stdout.write(
            _("Made %(created)d agents, changed %(updated)d.")
            % {"created": len(taken.created), "updated": len(taken.updated)}
        )


def _files(paths: Iterable[str]) -> Iterable[Path]:
    for path in map(Path, paths):
        if path.is_dir():
            files = (file for file in path.iterdir() if file.suffix in {".yaml", ".yml"})
            yield from sorted(files, key=_place)
        else:
            yield path


def _place(file: Path) -> tuple[str, int, str]:
    """As they were written: of agents of one name the numbers follow the first, which has none."""
    name, _hyphen, number = file.stem.rpartition("-")
    return (name, int(number), file.name) if name and number.isdecimal() else (file.stem, 1, file.name)


def _read(file: Path) -> list[AgentChanges]:
    try:
        with file.open("rb") as opened:
            return read_agents(opened.read(MAX_BYTES + 1))  # one more, so that a larger file is seen to be
    except OSError as error:
        raise CommandError(str(error)) from error
    except Refused as error:
        raise CommandError(f"{file}: {error.text}") from error
