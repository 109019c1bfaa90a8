"""``manage.py check_files``: files of agents that belong to no conversation, or are not what was stored."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agents.services.workspaces import damaged_files, delete_workspace
from chat.services.files import orphaned_workspaces


class Command(BaseCommand):
    help = "Looks for files without a conversation and for files that are damaged. Status 1 if there are any."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--delete", action="store_true", help="delete the files whose conversation is gone"
        )

    def handle(self, *, delete: bool, **options: Any) -> None:
        orphans, damaged = orphaned_workspaces(), list(damaged_files())
        for file in damaged:
            self.stdout.write(
                _("Damaged: %(path)s (%(id)s) in the conversation %(chat)s.")
                % {"path": file.path, "id": file.pk, "chat": file.workspace_id}
            )
        for chat_id in orphans:
            self.stdout.write(_("Without a conversation: the files of %(chat)s.") % {"chat": chat_id})
            if delete:
                delete_workspace(chat_id=chat_id)
        if delete and orphans:
            told = ngettext("Deleted %(count)d workspace.", "Deleted %(count)d workspaces.", len(orphans))
            self.stdout.write(told % {"count": len(orphans)})
        if damaged or (orphans and not delete):
            raise CommandError(_("Not all files are as they should be."))
