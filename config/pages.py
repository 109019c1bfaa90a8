"""Django's ASGI handler with one thread hop a request, on threads that keep their database connection.

Django as it comes starts a thread for each request, opens a connection there, and crosses between that
thread and the event loop once for every middleware in both directions. Our views and middleware are
synchronous, so here the whole way through them is one call on a thread that lives on.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextvars import ContextVar
from typing import Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.db import connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.errors import Refused
from accounts.later import LaterResponse
from config.later import resolved

#: Requests whose view runs at one time; further ones wait in the order in which they came. More threads
#: would only take time from each other, and wait longer for the database.
AT_ONCE = 8

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class PageThreads:
    """Threads that live on between requests; beyond those kept, one is made and ends again."""

    def __init__(self) -> None:
        self.idle: list[ThreadPoolExecutor] = []

    def take(self) -> ThreadPoolExecutor:
        return self.idle.pop() if self.idle else ThreadPoolExecutor(1, thread_name_prefix="page")

    def give_back(self, thread: ThreadPoolExecutor) -> None:
        if len(self.idle) < AT_ONCE:
            self.idle.append(thread)
        else:
            thread.submit(connections.close_all)
            thread.shutdown(wait=False)


class Visit(Executor):
    """One request's thread: taken when there is something to do on it, given back while its answer is sent.

    It would wait for the client all that time, and with it its database connection.
    """

    def __init__(self, threads: PageThreads) -> None:
        self._threads = threads
        self._thread: ThreadPoolExecutor | None = None
        self.stream: asyncio.Task[Any] | None = None

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        if self._thread is None:
            self._thread = self._threads.take()
        return self._thread.submit(fn, *args, **kwargs)

    def leave_thread(self) -> None:
        if self._thread is not None:
            self._threads.give_back(self._thread)
            self._thread = None

    async def end_stream(self) -> None:
        """Cancels a stream that is still being sent, and waits until it has let go of what it holds."""
        if self.stream is not None and not self.stream.done():
            self.stream.cancel()
            await asyncio.wait([self.stream])


_visit: ContextVar[Visit] = ContextVar("visit")


class Pages(ASGIHandler):
    """The site's pages. An async view still runs on the event loop, and so does a streaming answer."""

    def __init__(self) -> None:
        self.threads = PageThreads()
        self._gate = asyncio.Semaphore(AT_ONCE)
        super().__init__()

    def load_middleware(self, is_async: bool = False) -> None:
        """A synchronous stack, whatever the caller asks for: it is crossed on one thread."""
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        async with self._gate:
            response = await sync_to_async(self.get_response, thread_sensitive=True)(request)
        _name_route(request)
        return response

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        visit = Visit(self.threads)
        _visit.set(visit)
        try:
            async with ThreadSensitiveContext(executor=visit):
                try:
                    await self.handle(scope, receive, send)
                finally:
                    # A server that stops cancels this task, and Django leaves the one that sends to itself.
                    await visit.end_stream()
        finally:
            visit.leave_thread()

    async def send_response(self, response: HttpResponseBase, send: Send) -> None:
        """Gives the thread back first: a stream lasts minutes, and a slow client takes long for a page."""
        visit = _visit.get()
        visit.leave_thread()
        if isinstance(response, LaterResponse):
            visit.stream = asyncio.current_task()
            response = await resolved(response)
            visit.leave_thread()
        visit.stream = asyncio.current_task() if response.streaming else None
        try:
            await super().send_response(response, send)
        except Refused:
            # Some of a stream has been sent: only a connection that breaks says that there should be more.
            await send({"type": "http.response.body", "more_body": True, "broken_off": True})
        finally:
            await _close(response)


def _name_route(request: HttpRequest) -> None:
    """Says to whoever counts requests which address this was."""
    asked = getattr(request, "scope", {}).get("asked")
    found = request.resolver_match
    if asked is not None and found is not None:
        asked.route = found.view_name or "none"


async def _close(response: HttpResponseBase) -> None:
    """Ends the generator of a stream that was left; Django would leave that to the collector of garbage."""
    close = getattr(getattr(response, "_iterator", None), "aclose", None)
    if close is not None:
        await close()
