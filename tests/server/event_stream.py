"""A reader of server-sent events over a plain connection: it sees every byte, and leaves when it likes."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urlsplit

from tests.server.visitor import Visitor


@dataclass
class Frame:
    """One event as it came: the fields of its lines. ``comments`` are lines before it that say nothing."""

    fields: dict[str, str] = field(default_factory=dict)
    comments: list[str] = field(default_factory=list)

    @property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.fields["data"])
        return found


class EventStream:
    """``async with EventStream(url, path) as stream`` sends the request and reads the head of the answer."""

    def __init__(self, url: str, path: str, *, last_id: str = "", **headers: str) -> None:
        self._place = urlsplit(url)
        self._path = path
        self._headers = {"Host": self._place.netloc, "Accept-Encoding": "gzip, br", **headers}
        if last_id:
            self._headers["Last-Event-ID"] = last_id
        self.status = 0
        self.headers: dict[str, str] = {}
        self._text = b""

    async def __aenter__(self) -> Self:
        host, port = self._place.hostname, self._place.port
        self._reader, self._writer = await asyncio.open_connection(host, port, limit=2**22)
        try:
            await self._ask()
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def _ask(self) -> None:
        lines = [f"GET {self._path} HTTP/1.1", *(f"{name}: {value}" for name, value in self._headers.items())]
        self._writer.write("\r\n".join([*lines, "", ""]).encode())
        status, *heads = (await self._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        self.status = int(status.split()[1])
        self.headers = {name.lower(): value for name, _, value in (head.partition(": ") for head in heads)}

    async def __aexit__(self, *_error: object) -> None:
        self._writer.transport.abort()
        with suppress(OSError):
            await self._writer.wait_closed()

    async def body(self) -> AsyncIterator[bytes]:
        """The pieces of the body as they were sent, to its proper end."""
        while size := int(await self._reader.readuntil(b"\r\n"), 16):
            yield await self._reader.readexactly(size)
            await self._reader.readexactly(2)
        await self._reader.readexactly(2)

    async def frames(self) -> AsyncIterator[Frame]:
        """The events, each as soon as it is whole; ends with the body."""
        frame = Frame()
        async for piece in self.body():
            self._text += piece
            *blocks, self._text = self._text.split(b"\n\n")
            for block in blocks:
                for line in block.decode().split("\n"):
                    name, _, value = line.partition(": ")
                    if name:
                        frame.fields[name] = value
                    else:
                        frame.comments.append(value)
                if "data" in frame.fields:
                    yield frame
                    frame = Frame()

    async def events(self) -> AsyncIterator[dict[str, Any]]:
        async for frame in self.frames():
            yield frame.data


def frames_in(body: bytes) -> list[tuple[str, dict[str, Any]]]:
    """The events of a whole body: kind and data."""
    found = []
    for block in body.decode().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if "data" in fields:
            found.append((fields.get("event", "message"), json.loads(fields["data"])))
    return found


def stream_path(conversation: str, message: str) -> str:
    return f"/api/chats/{conversation}/messages/{message}/stream"


async def question_in(visitor: Visitor, conversation: str) -> str:
    """The id of the last message of the person."""
    screen = await visitor.page(conversation)
    said = [
        element.id.removeprefix("message-")
        for element in screen.root.walk()
        if "message--user" in element.attributes.get("class", "").split()
    ]
    return said[-1]


async def log_of(visitor: Visitor, message: str) -> list[dict[str, Any]]:
    """The events as the API lists them."""
    response = await visitor.get(f"/api/messages/{message}/events")
    response.raise_for_status()
    events: list[dict[str, Any]] = response.json()
    return events
