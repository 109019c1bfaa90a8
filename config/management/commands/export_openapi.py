"""``manage.py export_openapi``: the description of the API as a file, as ``/api/openapi.json`` has it."""

import json
from typing import Any

from django.core.management.base import BaseCommand

from config.api import schema


class Command(BaseCommand):
    help = "Writes the OpenAPI description of the API to the terminal."

    def handle(self, **options: Any) -> None:
        self.stdout.write(json.dumps(schema(), indent=1, sort_keys=True, ensure_ascii=False))
