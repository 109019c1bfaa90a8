"""A server that takes webhooks: it keeps what comes, and answers as it is told."""

import asyncio
from dataclasses import dataclass
from typing import Self


@dataclass
class Received:
    line: str
    headers: dict[str, str]
    body: bytes


class Receiver:
    """``answers`` are raw answers in order, the last of them for all that follow."""

    def __init__(self, *answers: bytes, port: int = 0) -> None:
        self.answers = list(answers) or [b"HTTP/1.1 204 No Content\r\n\r\n"]
        self.port = port
        self.received: asyncio.Queue[Received] = asyncio.Queue()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/hook"
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def next(self, patience: float = 20.0) -> Received:
        async with asyncio.timeout(patience):
            return await self.received.get()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in head[1:] if line)
        headers = {name.lower(): value for name, value in headers.items()}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        self.received.put_nowait(Received(head[0], headers, body))
        writer.write(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0])
        writer.close()
