"""Readers of streams, without a server."""

import asyncio
from typing import Any

from django.conf import settings as project
from django.test import Client

from config.pages import Pages
from tests.config.asgi import scope_of


def stream_of(run, chat_id=None) -> str:
    return f"/api/chats/{chat_id or run.chat_id}/messages/{run.message_id}/stream"


class Reader:
    """A reader with a session, or a program with a token, asking the site without a server."""

    def __init__(self, site: Pages, client: Client, path: str) -> None:
        headers = {"host": "testserver", "authorization": client.defaults.get("HTTP_AUTHORIZATION", "")}
        if project.SESSION_COOKIE_NAME in client.cookies:
            headers["cookie"] = f"sessionid={client.cookies[project.SESSION_COOKIE_NAME].value}"
        scope = scope_of(path, headers={name: value for name, value in headers.items() if value})
        self.body = b""
        self.status = 0
        self.over = False
        self._leaving = asyncio.Event()
        self._asked = False
        self.task = asyncio.create_task(site(scope, self._receive, self._send))

    def leave(self) -> None:
        self._leaving.set()

    async def until(self, piece: bytes) -> None:
        async with asyncio.timeout(10):
            while piece not in self.body:
                await asyncio.sleep(0.01)

    async def _receive(self) -> dict[str, Any]:
        if not self._asked:
            self._asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._leaving.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.body += message.get("body", b"")
            self.over = not message.get("more_body", False)
