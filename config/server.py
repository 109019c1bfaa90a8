"""Daphne with our bounds: it would keep whole uploads in memory, and all that a slow client does not read."""

import asyncio
from typing import Any

from daphne.server import Server  # first: it installs the reactor that Twisted's modules then find

from daphne.http_protocol import WebRequest  # isort: skip
from daphne.ws_protocol import WebSocketProtocol  # isort: skip
from django.conf import settings
from twisted.internet import reactor
from twisted.internet.defer import Deferred

from config import body_limit, lifespan

FRAME_LIMIT = 256 * 1024  # bytes a client may send in one message
UNSENT_LIMIT = 2 * 1024 * 1024  # bytes that may wait for one client
REFUSAL = (
    b"HTTP/1.1 413 Content Too Large\r\nContent-Type: text/plain\r\nConnection: close\r\n"
    b"Content-Length: %d\r\n\r\n%s" % (len(body_limit.ANSWER), body_limit.ANSWER)
)


class BoundedRequest(WebRequest):
    """Ends a request that is too large while it arrives; the application sees only whole ones."""

    arrived = 0

    def gotLength(self, length: int | None) -> None:
        super().gotLength(length)
        if length is not None and length > body_limit.LIMIT:
            self._refuse()

    def handleContentChunk(self, data: bytes) -> None:
        self.arrived += len(data)
        if self.arrived > body_limit.LIMIT:
            self._refuse()
        else:
            super().handleContentChunk(data)

    def _refuse(self) -> None:
        if not self.channel.transport.disconnecting:
            self.channel.transport.write(REFUSAL)
            self.channel.loseConnection()

    def process(self) -> Any:
        # Anybody could send this header and move the site to another path for their request.
        self.requestHeaders.removeHeader(b"daphne-root-path")
        return super().process()


class BoundedSocket(WebSocketProtocol):
    """Drops a client that does not read. It comes back with the place where it was, and misses nothing."""

    def serverSend(self, content: str | bytes, binary: bool = False) -> None:
        super().serverSend(content, binary)
        # Twisted tells nobody how much waits in a connection, so this counts its two buffers.
        unsent = len(self.transport.dataBuffer) + self.transport._tempDataLen
        if unsent > UNSENT_LIMIT:
            self.transport.abortConnection()


def serve(application: Any, *, signals: bool, on_ready: Any) -> None:
    """Serves until SIGTERM or SIGINT. ``signals`` is false where this is not the main thread."""
    server = Server(
        application,
        endpoints=[_endpoint(settings.HOST, settings.PORT)],
        signal_handlers=signals,
        websocket_max_frame_size=FRAME_LIMIT,
        websocket_max_message_size=FRAME_LIMIT,
        server_name="",
        verbosity=0,
        ready_callable=lambda: _prepare(server, on_ready),
    )
    server.run()


def _prepare(server: Server, on_ready: Any) -> None:
    build = server.http_factory.buildProtocol

    def bounded(address: Any) -> Any:
        protocol = build(address)
        protocol.requestFactory = BoundedRequest
        return protocol

    server.http_factory.buildProtocol = bounded
    server.ws_factory.protocol = BoundedSocket
    opening: list[asyncio.Task[None]] = []
    reactor.callWhenRunning(lambda: opening.append(asyncio.ensure_future(_open(server, on_ready))))
    reactor.addSystemEventTrigger(
        "before", "shutdown", lambda: Deferred.fromFuture(asyncio.ensure_future(lifespan.stop()))
    )


async def _open(server: Server, on_ready: Any) -> None:
    await lifespan.start()
    if server.listening_addresses:
        on_ready()


def _endpoint(host: str, port: int) -> str:
    """Twisted's description of where to listen; colons of an IPv6 address are escaped."""
    escaped = host.replace(":", r"\:")
    return f"tcp:port={port}:interface={escaped}"
