"""What is known of each request: an id for log and answer, how long it took, a line when it is over."""

import logging
import os
import re
import time
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings

from agents import log_ids, metrics, traces
from config.pages import Message, Receive, Scope, Send
from config.proxies import header_of, is_trusted

logger = logging.getLogger("parley.access")

HEADER = b"x-request-id"
#: What a proxy may call a request: as nginx, Envoy and the cloud's balancers do.
WELL_FORMED = re.compile(r"[A-Za-z0-9._:=-]{1,128}")
VERBS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


@dataclass(slots=True)
class Asked:
    """``route`` is the name of the address, told by whoever finds it; ``status`` 0 is no answer yet."""

    id: str
    method: str
    route: str = "none"
    status: int = 0
    began: float = field(default_factory=time.perf_counter)

    def answered(self, status: int) -> None:
        """The first byte of the answer is about to go."""
        self.status = status
        metrics.requests.labels(self.route, self.method, f"{status // 100}xx").inc()
        metrics.request_seconds.labels(self.route).observe(time.perf_counter() - self.began)

    @property
    def ms(self) -> int:
        return round((time.perf_counter() - self.began) * 1000)


class KnownRequests:
    """Wraps an ASGI application, outside of what changes the caller's address in the scope."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._request(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = scope["method"] if scope["method"] in VERBS else "other"
        asked = Asked(_id_of(scope), method)

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                asked.answered(message["status"])
                headers = [*message.get("headers", ()), (HEADER, asked.id.encode("ascii"))]
                message = {**message, "headers": headers}
            await send(message)

        token = log_ids.request_id.set(asked.id)
        try:
            with traces.span("request", http__request__method=method, parley__request=asked.id) as said:
                await self._app({**scope, "asked": asked}, receive, named)
                said |= {"http.route": asked.route, "http.response.status_code": asked.status}
        finally:
            _say(asked, scope)
            log_ids.request_id.reset(token)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = Asked(_id_of(scope), "WEBSOCKET", "socket", 101)
        token = log_ids.request_id.set(asked.id)
        try:
            with metrics.sockets_open.track_inprogress():
                await self._app(scope, receive, send)
        finally:
            _say(asked, scope)
            log_ids.request_id.reset(token)


def _id_of(scope: Scope) -> str:
    """What a trusted proxy calls it; anybody else could write what they like into our log."""
    if is_trusted((scope.get("client") or ("",))[0]):
        given = header_of(scope, HEADER)
        if WELL_FORMED.fullmatch(given):
            return given
    return os.urandom(16).hex()


def _say(asked: Asked, scope: Scope) -> None:
    """Without what stands behind the path: somebody's search, or a cursor."""
    if settings.ACCESS_LOG:
        logger.info("%s %s %d %d ms", asked.method, scope["path"], asked.status, asked.ms)
