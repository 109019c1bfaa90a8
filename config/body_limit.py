"""Refuses request bodies over a limit with 413, by what they declare and by what really comes."""

import json
from typing import Any

from chat.api.completion_errors import error_of
from config.pages import Message, Receive, Scope, Send
from config.problems import OPENAI, is_api

LIMIT = 10 * 1024 * 1024  # bytes
TEXT, JSON = b"text/plain; charset=utf-8", b"application/json"
ANSWER = b"The request is too large.\n"
KEY, DETAIL = "too_large", f"The request is too large: at most {LIMIT // 1024**2} MiB are taken."
API_ANSWER = json.dumps({"error": KEY, "detail": DETAIL}).encode()
OPENAI_ANSWER = json.dumps(error_of(413, KEY, DETAIL)).encode()


class BodyLimit:
    """Wraps an ASGI application. Past the limit the application sees a client that has gone."""

    def __init__(self, app: Any, limit: int = LIMIT) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif _declared(scope) > self._limit:
            await _refuse(scope, send)
        else:
            await self._counted(scope, receive, send)

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        size = 0
        answered = False

        async def receive_counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            return message if size <= self._limit else {"type": "http.disconnect"}

        async def send_noted(message: Message) -> None:
            nonlocal answered
            answered = True
            await send(message)

        await self._app(scope, receive_counted, send_noted)
        if size > self._limit and not answered:
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
    return JSON, OPENAI_ANSWER if path.startswith(OPENAI) else API_ANSWER


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
