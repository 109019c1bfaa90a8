"""``manage.py recover``: frees the answers of dead processes now, and says which."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from chat import dispatch
from config import lock


class Command(BaseCommand):
    help = "Frees the answers that dead processes held. Safe beside running servers and workers."

    def handle(self, *args: Any, **options: Any) -> None:
        # With SQLite only a server holds runs, and one that runs has the lock.
        alone = settings.EMBEDDED and lock.is_free()
        freed = dispatch.recover(everyone=alone)
        for orphan in freed:
            self.stdout.write(
                f"Freed: run {orphan.run_id} of conversation {orphan.chat_id}, held by {orphan.worker}."
            )
        if not freed:
            self.stdout.write("Nothing to free: every answer under way has a living process.")
        elif alone:
            self.stdout.write("No server runs here. The next one goes on with them.")
        else:
            self.stdout.write("They are taken up within 10 seconds.")
