"""Daphne with our bounds: it would keep whole uploads in memory, and all that a slow client does not read."""

import asyncio
import gc
import logging
from collections.abc import Callable, Mapping
from typing import Any

from daphne.server import Server  # first: it installs the reactor that Twisted's modules then find

from daphne.http_protocol import WebRequest  # isort: skip
from daphne.ws_protocol import WebSocketProtocol  # isort: skip
from django.conf import settings
from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IPushProducer
from zope.interface import implementer

from agents import metrics
from config import body_limit, lifespan

logger = logging.getLogger(__name__)

FRAME_LIMIT = 256 * 1024  # bytes a client may send in one message
UNSENT_LIMIT = 2 * 1024 * 1024  # bytes that may wait for one client of a socket
READING_PATIENCE = 60  # seconds in which the client of an answer has to take what waits for it, some 100 kB
GOODBYE = 10  # seconds in which the client of a socket may still read why it was closed
DRAIN_TIME, DRAIN_LOOKS = 3.0, 60  # seconds that requests under way have when the server ends
GARBAGE_THRESHOLD = 20_000  # new objects between two looks for cycles; Python's own is 700
REFUSAL = (
    b"HTTP/1.1 413 Content Too Large\r\nContent-Type: %s\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
)


class BoundedRequest(WebRequest):
    """Ends a request that is too large while it arrives; the application sees only whole ones."""

    arrived = 0
    limit = body_limit.LIMIT
    tap: "Tap | None" = None

    def gotLength(self, length: int | None) -> None:
        super().gotLength(length)
        self.limit = body_limit.limit_at(self._address)
        if length is not None and length > self.limit:
            self._refuse()

    def handleContentChunk(self, data: bytes) -> None:
        self.arrived += len(data)
        if self.arrived > self.limit:
            self._refuse()
        else:
            super().handleContentChunk(data)

    @property
    def _address(self) -> str:
        """The request has no path of its own yet: it is told when the whole of it is here."""
        address: str = self.channel._path.decode("latin1")
        return address

    def _refuse(self) -> None:
        if not self.channel.transport.disconnecting:
            kind, body = body_limit.answer_for(self._address)
            self.channel.transport.write(REFUSAL % (kind, len(body), body))
            self.channel.loseConnection()

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> None:
        # Twisted would read each form for itself, here on the loop: a recording of 5 MiB took it a third of a
        # second and 58 MB. And it would hang up on a form that it cannot read, without a word.
        self._parsePOSTFormSubmission = False
        super().requestReceived(command, path, version)

    def handle_reply(self, message: Mapping[str, Any]) -> None:
        if message.get("broken_off"):
            self._break_off()
            return
        if self.tap is None and message.get("more_body") and self.channel is not None and not self.finished:
            self.tap = Tap()
            self.registerProducer(self.tap, True)
        super().handle_reply(message)

    def _break_off(self) -> None:
        """After what has been sent, without the end that a client waits for. No server's word but ours."""
        if self.channel is not None and not self.finished:
            self.channel.loseConnection()

    def finish(self) -> None:
        if self.tap is not None and self.producer is not None and self.channel is not None:
            self.unregisterProducer()
        super().finish()

    async def taken(self) -> None:
        """Returns once the client has taken so much of a long answer that more may be sent."""
        if self.tap is None or self.tap.is_open.is_set():
            return
        try:
            async with asyncio.timeout(READING_PATIENCE):
                await self.tap.is_open.wait()
        except TimeoutError:
            metrics.slow_clients.labels("answer").inc()
            if self.channel is not None:
                self.channel.transport.abortConnection()

    def process(self) -> Any:
        # Anybody could send this header and move the site to another path for their request.
        self.requestHeaders.removeHeader(b"daphne-root-path")
        return super().process()


@implementer(IPushProducer)
class Tap:
    """Twisted shuts it while more than 64 KiB wait for the client, and opens it when nothing does."""

    def __init__(self) -> None:
        self.is_open = asyncio.Event()
        self.is_open.set()

    def pauseProducing(self) -> None:
        self.is_open.clear()

    def resumeProducing(self) -> None:
        self.is_open.set()

    def stopProducing(self) -> None:
        self.is_open.set()  # the client has left: what is still sent goes nowhere


class BoundedSocket(WebSocketProtocol):
    """Drops a client that does not read. It comes back with the place where it was, and misses nothing.

    Whoever sends a message with ``wait`` is held back instead, until the client has taken most of what waits.
    """

    tap: "Tap | None" = None

    def handle_reply(self, message: Mapping[str, Any]) -> None:
        if self.tap is None and message.get("wait"):
            self.tap = Tap()
            self.transport.unregisterProducer()  # the request that this was would stop reading instead
            self.registerProducer(self.tap, True)
        super().handle_reply(message)

    async def taken(self) -> None:
        if self.tap is not None:
            await self.tap.is_open.wait()

    def serverSend(self, content: str | bytes, binary: bool = False) -> None:
        if self.state in (self.STATE_CLOSING, self.STATE_CLOSED):
            return  # the client left a moment ago; the application is about to be told
        # Autobahn bounds what is sent by what may come in; a long answer is more than anybody may send us.
        self.maxMessagePayloadSize = UNSENT_LIMIT
        try:
            super().serverSend(content, binary)
        finally:
            self.maxMessagePayloadSize = FRAME_LIMIT
        # Twisted tells nobody how much waits in a connection, so this counts its two buffers.
        unsent = len(self.transport.dataBuffer) + self.transport._tempDataLen
        if unsent > UNSENT_LIMIT:
            metrics.slow_clients.labels("socket").inc()
            self.transport.abortConnection()


class CannotServe(Exception):
    """Nobody can reach this server; the text says why."""


class House(Server):
    """Daphne's server with our bounds, and with the house's opening and closing on its loop."""

    def __init__(self, application: Any, *, on_ready: Callable[[], None], signals: bool) -> None:
        super().__init__(
            application,
            endpoints=[_endpoint(settings.HOST, settings.PORT)],
            signal_handlers=signals,
            websocket_max_frame_size=FRAME_LIMIT,
            websocket_max_message_size=FRAME_LIMIT,
            server_name="",
            verbosity=0,
            ready_callable=self._prepare,
        )
        self.problem = ""
        self._on_ready = on_ready
        self._ports: list[Any] = []
        self._tasks: list[asyncio.Future[None]] = []  # the loop itself holds its tasks only weakly

    async def handle_reply(self, protocol: Any, message: Mapping[str, Any]) -> None:
        """Lets whoever answers wait for a slow client, so that a long answer is never in memory whole."""
        await super().handle_reply(protocol, message)
        if isinstance(protocol, BoundedRequest) or message.get("wait"):
            await protocol.taken()

    def listen_success(self, port: Any) -> None:
        self._ports.append(port)
        super().listen_success(port)

    def listen_error(self, failure: Any) -> None:
        where = f"HOST={settings.HOST}, PORT={settings.PORT}"
        self.problem = f"Cannot listen on {where}: {failure.value.socketError.strerror}."
        self.stop()

    def _prepare(self) -> None:
        build = self.http_factory.buildProtocol

        def bounded(address: Any) -> Any:
            protocol = build(address)
            protocol.requestFactory = BoundedRequest
            return protocol

        self.http_factory.buildProtocol = bounded
        self.http_factory.log = lambda _request: None  # Twisted's own list of requests, which nobody reads
        self.ws_factory.protocol = BoundedSocket
        self.ws_factory.setProtocolOptions(closeHandshakeTimeout=GOODBYE)
        loop: Any = reactor
        loop.callWhenRunning(lambda: self._tasks.append(asyncio.ensure_future(self._open())))
        loop.addSystemEventTrigger("before", "shutdown", self._close)

    async def _open(self) -> None:
        try:
            await lifespan.start()
        except Exception as problem:
            logger.exception("start-up failed")
            self.problem = f"Start-up failed: {problem}"
            self.stop()
        else:
            _look_for_garbage_less()
            self._on_ready()

    def kill_all_applications(self) -> None:
        """Daphne would do it at the first word of a shut-down; here it has its place in ``_leave``."""

    def _close(self) -> Any:
        """What Twisted waits for before it stops the loop."""
        return Deferred.fromFuture(asyncio.ensure_future(self._leave()))

    async def _leave(self) -> None:
        """Nobody new is let in, who waits for an answer gets it, and then the sockets and streams end.

        Behind a proxy another server takes the new ones meanwhile, so that no request fails of a restart.
        """
        for port in self._ports:
            port.stopListening()
        for _look in range(DRAIN_LOOKS):
            if not any(map(_waits, list(self.connections.items()))):
                break
            await asyncio.sleep(DRAIN_TIME / DRAIN_LOOKS)
        instances = [details.get("application_instance") for details in self.connections.values()]
        for instance in filter(None, instances):
            instance.cancel()
        ended = asyncio.gather(*filter(None, instances), return_exceptions=True)
        await asyncio.wait((ended,), timeout=DRAIN_TIME)  # a view that waits for the database cannot be ended
        await lifespan.stop()


def _waits(connection: tuple[Any, dict[str, Any]]) -> bool:
    """Whether it is a request that has come, in part at least, and that nothing has been answered to."""
    protocol, details = connection
    return (
        isinstance(protocol, WebRequest) and "disconnected" not in details and not protocol._response_started
    )


def _look_for_garbage_less() -> None:
    """What the start has made stays for good; walking it time and again took 5 % of a busy server."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_THRESHOLD)


def serve(application: Any, *, on_ready: Callable[[], None], signals: bool = True) -> None:
    """Serves until SIGTERM or SIGINT. ``signals`` is false where this is not the main thread.

    Raises ``CannotServe`` when it does not come so far.
    """
    house = House(application, on_ready=on_ready, signals=signals)
    house.run()
    if house.problem:
        raise CannotServe(house.problem)


def _endpoint(host: str, port: int) -> str:
    """Twisted's description of where to listen; colons of an IPv6 address are escaped."""
    escaped = host.replace(":", r"\:")
    return f"tcp:port={port}:interface={escaped}"
