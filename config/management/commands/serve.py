"""``manage.py serve``: everything from an empty folder to an open door, in one process."""

import logging
import os
from typing import Any

from django.conf import settings
from django.core.management import CommandParser, call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.utils import autoreload

from config import lock, static_collection
from config.database_steps import bring_up_to_date
from config.memory import keep_few_arenas
from config.models_that_answer import engines_of_speech, model_that_answers

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Prepares the data folder and serves Parley on HOST and PORT."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reload", action="store_true", help="start again when a source file changes")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["reload"]:
            autoreload.run_with_reloader(self.serve, signals=False)
        else:
            self.serve(signals=True)

    def serve(self, *, signals: bool) -> None:
        keep_few_arenas()
        os.umask(0o077)  # the database holds everything people say: it is nobody else's to read
        try:
            lock.acquire()
        except lock.AlreadyRunning as problem:
            raise CommandError(str(problem)) from None
        bring_up_to_date()
        if "seed" in get_commands():
            call_command("seed", verbosity=0)
        static_collection.collect_if_changed()

        from config import server
        from config.asgi import application

        try:
            server.serve(application, signals=signals, on_ready=self.say_where)
        except server.CannotServe as problem:
            raise CommandError(str(problem)) from None

    def say_where(self) -> None:
        host = f"[{settings.HOST}]" if ":" in settings.HOST else settings.HOST
        self.stdout.write(f"Parley is ready on http://{host}:{settings.PORT}")
        self.stdout.write(f"Answers come from: {model_that_answers()}")
        if engines := engines_of_speech():
            self.stdout.write(f"Voice: {engines}")
        self.stdout.flush()
