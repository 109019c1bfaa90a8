"""People as programs: they send JSON."""

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client


class Program:
    """A signed-in client; ``say("post", address, {…})`` sends JSON, and bytes as they are."""

    def __init__(self, browser: Client) -> None:
        self.browser = browser

    def say(self, verb: str, address: str, body: Any = None, **headers: str) -> HttpResponse:
        sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.browser.generic(
            verb.upper(), address, sent, content_type="application/json", headers=headers
        )

    def get(self, address: str, **headers: str) -> HttpResponse:
        return self.browser.get(address, headers=headers)
