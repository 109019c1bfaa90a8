"""Just enough HTTP/1.1 for a server whose every byte we choose."""

import asyncio
import json
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

MOST_HEAD = 64 * 1024
TLS_HELLO = b"\x16\x03"


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Connection(asyncio.Protocol):
    """One client. Calls `on_request(connection, request)` for each request; answers go out through `send`."""

    def __init__(self, on_request: Callable, on_open: Callable, on_close: Callable) -> None:
        self._on_request = on_request
        self._on_open = on_open
        self._on_close = on_close
        self._buffer = b""
        self._can_write = asyncio.Event()
        self._can_write.set()
        self.closed = asyncio.Event()

    def connection_made(self, transport) -> None:
        self._transport = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._on_open(self)

    def connection_lost(self, error) -> None:
        self.closed.set()
        self._can_write.set()
        self._on_close(self)

    def pause_writing(self) -> None:
        self._can_write.clear()

    def resume_writing(self) -> None:
        self._can_write.set()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if self._buffer.startswith(TLS_HELLO):
            self.write_raw(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
            self.close()
            return
        head, found, rest = self._buffer.partition(b"\r\n\r\n")
        if not found:
            if len(head) > MOST_HEAD:
                self.close()
            return
        first, *lines = head.decode("latin-1").split("\r\n")
        method, path, _version = first.split(" ", 2)
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        length = int(headers.get("content-length", 0))
        if len(rest) >= length:
            self._buffer = rest[length:]
            self._on_request(self, Request(method, path, headers, rest[:length]))

    def begin(self, status: int, headers: dict[str, str]) -> None:
        """The head of a chunked response."""
        lines = [f"HTTP/1.1 {status} Whatever", "Transfer-Encoding: chunked"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.write_raw("\r\n".join([*lines, "", ""]).encode())

    def write(self, part: bytes) -> None:
        """One chunk of the body, at once."""
        if part:
            self.write_raw(b"%x\r\n%b\r\n" % (len(part), part))

    async def send(self, part: bytes) -> None:
        """One chunk of the body; waits while the client does not read."""
        self.write(part)
        await self._can_write.wait()

    def finish(self) -> None:
        """The clean end of the body; the connection stays for the next request."""
        self.write_raw(b"0\r\n\r\n")

    def write_raw(self, data: bytes) -> None:
        if not self.closed.is_set():
            self._transport.write(data)

    def close(self) -> None:
        """An end in the middle of the body."""
        self._transport.close()

    def reset(self) -> None:
        """An end by RST."""
        linger = struct.pack("ii", 1, 0)
        self._transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self._transport.abort()
