"""Refuses request bodies over a limit with 413, by what they declare and by what really comes."""

import json
import re
from collections.abc import Callable
from typing import Any

from django.conf import settings

from chat.api.completion_errors import error_of
from config.pages import Message, Receive, Scope, Send
from config.problems import OPENAI, is_api

LIMIT = 10 * 1024 * 1024  # bytes
#: Where documents come in, to programs and to pages: as many of the largest as this in one form.
DOCUMENTS = re.compile(r"/(api/)?agents/[0-9a-f-]{36}/documents/?(\?.*)?", re.IGNORECASE)
DOCUMENTS_AT_ONCE = 4
#: Bytes of a form besides what is in it.
OVERHEAD = 64 * 1024
TEXT, JSON = b"text/plain; charset=utf-8", b"application/json"
ANSWER = b"The request is too large.\n"
KEY = "too_large"


def limit_at(path: str) -> int:
    """Bytes that are taken at an address, given with or without its query."""
    if DOCUMENTS.fullmatch(path):
        return max(LIMIT, DOCUMENTS_AT_ONCE * settings.MAX_DOCUMENT_BYTES + OVERHEAD)
    return LIMIT


class BodyLimit:
    """Wraps an ASGI application. Past the limit the application sees a client that has gone."""

    def __init__(self, app: Any, limit_at: Callable[[str], int] = limit_at) -> None:
        self._app = app
        self._limit_at = limit_at

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif _declared(scope) > self._limit_at(scope["path"]):
            await _refuse(scope, send)
        else:
            await self._counted(scope, receive, send)

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        size, limit = 0, self._limit_at(scope["path"])
        answered = False

        async def receive_counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            return message if size <= limit else {"type": "http.disconnect"}

        async def send_noted(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        await self._app(scope, receive_counted, send_noted)
        if size > limit and not answered:
            await _refuse(scope, send)


def _declared(scope: Scope) -> int:
    """The body's length as the client declares it, 0 where it does not, or not in digits."""
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value[:20])
    return 0


def answer_for(path: str) -> tuple[bytes, bytes]:
    """The media type and the body of a refusal, for a program in its dialect or for a page."""
    if not is_api(path):
        return TEXT, ANSWER
    detail = f"The request is too large: at most {limit_at(path) // 1024**2} MiB are taken."
    if path.startswith(OPENAI):
        return JSON, json.dumps(error_of(413, KEY, detail)).encode()
    return JSON, json.dumps({"error": KEY, "detail": detail}).encode()


async def _refuse(scope: Scope, send: Send) -> None:
    """Django is not asked, so there is no language but one."""
    kind, body = answer_for(scope["path"])
    headers = [
        (b"content-type", kind),
        (b"content-length", b"%d" % len(body)),
        (b"x-content-type-options", b"nosniff"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
