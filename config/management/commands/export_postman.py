"""``manage.py export_postman``: the API as a collection that Postman and its like import."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from config.api import schema
from config.postman import collection_of


class Command(BaseCommand):
    help = "Writes the API as a Postman collection (format 2.1) to the terminal."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--address",
            default=f"http://127.0.0.1:{settings.PORT}",
            help="where the server is; it can be changed in Postman too",
        )

    def handle(self, *, address: str, **options: Any) -> None:
        collection = collection_of(schema(), address.rstrip("/"))
        self.stdout.write(json.dumps(collection, indent=1, ensure_ascii=False))
