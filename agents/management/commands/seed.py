"""``manage.py seed``: the first agents of an installation."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import ngettext

from agents.services.seeds import seed_agents


class Command(BaseCommand):
    help = "Makes four useful agents where there is none yet. Agents that exist are never changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--missing",
            action="store_true",
            help="make those of the four that are not there, whatever else is",
        )

    def handle(self, *, missing: bool, verbosity: int, **options: Any) -> None:
        made = seed_agents(missing=missing)
        if made or verbosity > 1:
            text = ngettext("Made %(count)d agent.", "Made %(count)d agents.", len(made))
            self.stdout.write(text % {"count": len(made)})
