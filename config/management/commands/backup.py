"""``manage.py backup``: copies everything into a new folder, while the server runs."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.backups import CannotBackUp, back_up


class Command(BaseCommand):
    help = "Copies database, secret key and media into a new folder; safe beside a running server (SQLite)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="a folder that is not there yet")

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        os.umask(0o077)  # it holds everything people say, and the key
        try:
            back_up(folder.expanduser().absolute())
        except CannotBackUp as problem:
            raise CommandError(str(problem)) from None
        self.stdout.write(f"Everything is in {folder}. DATA_DIR={folder} starts a server on it.")
