"""Django's ASGI handler with one thread hop a request, on threads that keep their database connection.

Django as it comes starts a thread for each request, opens a connection there, crosses between that thread
and the event loop once for every middleware in both directions, and once more for each signal. Our views and
middleware are synchronous, so here the whole way from the first signal to the last is one call on a thread
that lives on.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import closing, suppress
from contextvars import ContextVar
from typing import IO, Any, TypeVar

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.conf import settings
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.signals import request_started
from django.db import connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix

from accounts.errors import Refused
from accounts.later import LaterResponse
from config.later import resolved

#: Requests whose view runs at one time; further ones wait in the order in which they came. More threads
#: would only take time from each other, and wait longer for the database.
AT_ONCE = 8
#: Seconds for which a request lets the one before it finish, on SQLite. Most take less, and two at once take
#: longer than one after the other: at each row the interpreter changes from one thread to the other.
PATIENCE = 0.02

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Answer = TypeVar("Answer")


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
        self._work: Future[Any] | None = None

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> "Future[Any]":
        if self._thread is None:
            self._thread = self._threads.take()
        self._work = self._thread.submit(fn, *args, **kwargs)
        return self._work

    async def until_idle(self) -> Any:
        """What the thread has come to last, if anything; waits for it whoever cancels this meanwhile.

        Cancelled or not, it goes on. Until then it is nobody else's, and what it works with stays.
        """
        work = self._work
        if work is None:
            return None
        if not work.done():
            loop, over = asyncio.get_running_loop(), asyncio.Event()
            work.add_done_callback(lambda _work: loop.call_soon_threadsafe(over.set))
            while not over.is_set():
                with suppress(asyncio.CancelledError):
                    await over.wait()
        return None if work.cancelled() or work.exception() else work.result()

    def leave_thread(self) -> None:
        if self._thread is not None:
            self._threads.give_back(self._thread)
            self._thread = None


_visit: ContextVar[Visit] = ContextVar("visit")


class Pages(ASGIHandler):
    """The site's pages. An async view still runs on the event loop, and so does a streaming answer."""

    def __init__(self) -> None:
        self.threads = PageThreads()
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._before = asyncio.Event()  # set once the request that came last is answered
        self._before.set()
        self._answer = sync_to_async(self._answer_on_thread, thread_sensitive=True)
        super().__init__()

    def load_middleware(self, is_async: bool = False) -> None:
        """A synchronous stack, whatever the caller asks for: it is crossed on one thread."""
        super().load_middleware(is_async=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        visit = Visit(self.threads)
        _visit.set(visit)
        try:
            async with ThreadSensitiveContext(executor=visit):
                await self.handle(scope, receive, send)
        except RequestAborted:
            pass  # the client has left: nobody is there to be told
        finally:
            await visit.until_idle()
            visit.leave_thread()

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        with closing(await self.read_body(receive)) as body, closing(Client(receive)) as client:
            # Who has to wait may leave meanwhile. Otherwise the answer is there sooner than anybody leaves.
            await (client.unless_gone(self._gate.acquire()) if self._gate.locked() else self._gate.acquire())
            try:
                response = await self._answered(scope, body)
            finally:
                self._gate.release()
            try:
                sending = self.send_response(response, send)
                await (sending if response.closed else client.unless_gone(sending))
            finally:
                await _end(response)

    async def _answered(self, scope: Scope, body: IO[bytes]) -> HttpResponseBase:
        """Who is cancelled waits for the thread, which nothing interrupts, and ends what it has made."""
        before, self._before = self._before, asyncio.Event()
        done = self._before
        try:
            if settings.EMBEDDED and not before.is_set():
                with suppress(TimeoutError):
                    async with asyncio.timeout(PATIENCE):
                        await before.wait()
            return await self._answer(scope, body)
        except asyncio.CancelledError:
            made = await _visit.get().until_idle()
            if isinstance(made, HttpResponseBase):
                await _end(made)
            raise
        finally:
            done.set()

    def _answer_on_thread(self, scope: Scope, body: IO[bytes]) -> HttpResponseBase:
        """An answer that is whole is closed, which ends the request for Django: all of it is in memory."""
        set_script_prefix(get_script_prefix(scope))
        request_started.send(sender=type(self), scope=scope)
        request, refusal = self.create_request(scope, body)
        response: Any = refusal if request is None else self.get_response(request)
        response._handler_class = type(self)  # Django tells it with the last signal
        if request is not None:
            _name_route(request)
        if not response.streaming and not isinstance(response, LaterResponse):
            response.close()
        return response

    async def send_response(self, response: HttpResponseBase, send: Send) -> None:
        """Gives the thread back first: a stream lasts minutes, and a slow client takes long for a page."""
        visit = _visit.get()
        visit.leave_thread()
        if isinstance(response, LaterResponse):
            response = await resolved(response)
            visit.leave_thread()
        try:
            await super().send_response(response, send)
        except Refused:
            # Some of a stream has been sent: only a connection that breaks says that there should be more.
            await send({"type": "http.response.body", "more_body": True, "broken_off": True})
        finally:
            await _close(response)


class Client:
    """Whoever asks, once their request is here whole: all that comes of them then is that they leave."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._leaving: asyncio.Future[Message] | None = None

    async def unless_gone(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        """What the work gives; it is cancelled, with ``RequestAborted``, when the client leaves first."""
        self._leaving = self._leaving or asyncio.ensure_future(self._receive())
        working = asyncio.ensure_future(work)
        try:
            await asyncio.wait((working, self._leaving), return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                raise RequestAborted
            return working.result()
        finally:
            # Also where this is cancelled, by a server that stops: first the work lets go of what it holds.
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)

    def close(self) -> None:
        if self._leaving is not None:
            self._leaving.cancel()


async def _end(response: HttpResponseBase) -> None:
    """Closes it on the request's thread, which ends the request for Django, unless that has been done."""
    if not response.closed:
        await sync_to_async(response.close)()


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
