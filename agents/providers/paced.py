"""Connections that are read at a pace: what has come since the last look in one read.

Waking up for each token of a stream is most of what the token costs. The bytes wait in the system's buffer,
which also slows a sender down that is faster than we are.
"""

import asyncio
import ssl
import time
from collections.abc import Callable, Iterable
from typing import Any

import httpcore2
import httpx2

# A read of more bytes than this says that they come faster than they are looked at: no pause then.
FAST = 16 * 1024
# Seconds for which an idle connection counts as open once that was seen. One that closes just then costs a
# retry, as one does whose end is still on its way.
LOOK_EVERY = 0.5


class PacedStream(httpcore2.AsyncNetworkStream):
    """A connection that waits `pause()` seconds before it is read, while there is a `pause`."""

    def __init__(self, stream: httpcore2.AsyncNetworkStream) -> None:
        self._stream = stream
        self._full = False
        self._readable, self._looked_at = False, 0.0
        self.pause: Callable[[], float] | None = None

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self.pause is not None and not self._full:
            await asyncio.sleep(self.pause())
        data = await self._stream.read(max_bytes, timeout)
        self._full = len(data) > FAST
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> "PacedStream":
        return PacedStream(await self._stream.start_tls(ssl_context, server_hostname, timeout))

    def get_extra_info(self, info: str) -> Any:
        return self._is_readable() if info == "is_readable" else self._stream.get_extra_info(info)

    def _is_readable(self) -> bool:
        """Whether an idle connection was closed by the server; the pool asks this at every request."""
        if not self._readable and (now := time.monotonic()) - self._looked_at > LOOK_EVERY:
            self._readable, self._looked_at = bool(self._stream.get_extra_info("is_readable")), now
        return self._readable


class _PacedConnections(httpcore2.AsyncNetworkBackend):
    def __init__(self, backend: httpcore2.AsyncNetworkBackend) -> None:
        self._backend = backend

    async def connect_tcp(self, *args: Any, **options: Any) -> PacedStream:
        return PacedStream(await self._backend.connect_tcp(*args, **options))

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> PacedStream:
        return PacedStream(await self._backend.connect_unix_socket(path, timeout, socket_options))

    async def sleep(self, seconds: float) -> None:
        await self._backend.sleep(seconds)


def with_paced_connections(client: httpx2.AsyncClient) -> httpx2.AsyncClient:
    """The client, whose responses have a PacedStream as their extension `network_stream`.

    There is no public way to a client's connections that leaves it its proxies, so this reaches for what the
    client and its transports keep to themselves.
    """
    for transport in (client._transport, *client._mounts.values()):
        if isinstance(transport, httpx2.AsyncHTTPTransport):
            transport._pool._network_backend = _PacedConnections(httpcore2.AnyIOBackend())
    return client
