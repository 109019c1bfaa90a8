"""Somebody who speaks: forms with a recording, sent to the site without a server."""

from dataclasses import dataclass
from typing import Any

from asgiref.sync import async_to_sync
from django.conf import settings as project
from django.test import Client

from config.pages import Pages
from tests.config.asgi import Answer, ask
from tests.voice.sounds import packed

BOUNDARY = "a-boundary"
TOKEN = "t" * 32


@dataclass
class Voice:
    """A page of whoever is signed in with ``client``, or a program with ``key``."""

    site: Pages
    client: Client | None = None
    key: str = ""

    def say(self, path: str, data: bytes | None = None, **fields: str) -> Answer:
        """Sends a recording (a spoken one, unless another is given) with the other fields of its form."""
        return self.send(path, spoken(data, **fields))

    def send(self, path: str, body: bytes, **headers: str) -> Answer:
        return async_to_sync(self.sending)(path, body, **headers)

    async def sending(self, path: str, body: bytes, **headers: str) -> Answer:
        headers = {
            "host": "testserver",
            "content-type": f"multipart/form-data; boundary={BOUNDARY}",
            "content-length": str(len(body)),
            **self._who(),
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        pieces = [body[start : start + 65_536] for start in range(0, len(body), 65_536)] or [b""]
        return await ask(self.site, path, method="POST", headers=headers, body=pieces)

    def _who(self) -> dict[str, str]:
        if self.client is None:
            return {"authorization": f"Bearer {self.key}"} if self.key else {}
        session = self.client.cookies[project.SESSION_COOKIE_NAME].value
        return {"cookie": f"sessionid={session}; csrftoken={TOKEN}", "x-csrftoken": TOKEN}


def spoken(data: bytes | None = None, **fields: str) -> bytes:
    return form(audio=packed("webm") if data is None else data, **fields)


def form(**fields: Any) -> bytes:
    """A form as browsers send it; bytes are files, whose name nobody is to believe."""
    parts = []
    for name, value in fields.items():
        is_file = isinstance(value, bytes)
        about = '; filename="../../../etc/passwd.exe"\r\nContent-Type: text/html' if is_file else ""
        head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{about}\r\n\r\n'
        parts.append(head.encode() + (value if is_file else value.encode()) + b"\r\n")
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
