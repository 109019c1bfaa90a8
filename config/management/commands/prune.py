"""``manage.py prune``: cuts the logs of old answers to their text."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from agents.pruning import prunable, prune_next

MOST_DAYS = 36_500


class Command(BaseCommand):
    help = "Cuts the logs of answers that ended long ago to their text. Pages stay as they are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--days", type=int, help="instead of EVENT_RETENTION_DAYS")
        parser.add_argument("--dry-run", action="store_true", help="say how many, and change nothing")
        parser.add_argument("--batch", type=int, default=100, help="logs in one transaction (100)")

    def handle(self, *args: Any, days: int | None, dry_run: bool, batch: int, **options: Any) -> None:
        if days is None:
            days = settings.EVENT_RETENTION_DAYS
            if not days:
                raise CommandError("Logs are kept for ever: set EVENT_RETENTION_DAYS, or say --days.")
        if not 0 <= days <= MOST_DAYS or batch < 1:
            raise CommandError(f"--days must be from 0 to {MOST_DAYS}, and --batch at least 1.")
        before = timezone.now() - timedelta(days=days)
        if dry_run:
            self.stdout.write(f"{prunable(before).count()} logs would be cut to their text.")
            return
        number, last = 0, None
        while run_ids := prune_next(before, after=last, most=batch):
            number, last = number + len(run_ids), run_ids[-1]
        self.stdout.write(f"{number} logs were cut to their text.")
