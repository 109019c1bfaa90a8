"""``manage.py check_audio``: sounds that belong to nothing, and messages whose sound is lost."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from voice.services.orphans import Orphans, find_orphans, remove_orphans


class Command(BaseCommand):
    help = "Looks for audio files without a row, rows without a file, and recordings that nobody has sent."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--delete", action="store_true", help="delete what belongs to nothing; what is lost stays known"
        )

    def handle(self, *, delete: bool, **options: Any) -> None:
        orphans = find_orphans()
        for line in _lines(orphans):
            self.stdout.write(line)
        if delete:
            remove_orphans(orphans)
        if orphans.lost or orphans.damaged or (orphans and not delete):
            raise CommandError(_("Not all sounds are as they should be."))


def _lines(orphans: Orphans) -> list[str]:
    return [
        *(_("Without a row: %(path)s.") % {"path": path} for path in orphans.files),
        *(_("Lost: the file %(path)s of a recording.") % {"path": path} for path in orphans.lost),
        *(_("Damaged: the file %(path)s of a recording.") % {"path": path} for path in orphans.damaged),
        *(_("Never sent: %(path)s.") % {"path": one.path} for one in orphans.unsent),
        *(
            _("Not what the message says any more, or lost: %(path)s.") % {"path": one.path}
            for one in orphans.stale
        ),
    ]
