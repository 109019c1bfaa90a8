"""Django's ASGI handler with one thread hop a request, on threads that keep their database connection.

Django as it comes starts a thread for each request, opens a connection there, and crosses between that
thread and the event loop once for every middleware in both directions. Our views and middleware are
synchronous, so here the whole way through them is one call on a thread that lives on.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.db import connections
from django.http import HttpRequest
from django.http.response import HttpResponseBase

#: Requests whose view runs at one time; further ones wait in the order in which they came. More threads
#: would only take time from each other, and wait longer for the database.
AT_ONCE = 8

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Pages(ASGIHandler):
    """The site's pages. An async view still runs on the event loop, and so does a streaming answer."""

    def __init__(self) -> None:
        self._idle: list[ThreadPoolExecutor] = []
        self._gate = asyncio.Semaphore(AT_ONCE)
        super().__init__()

    def load_middleware(self, is_async: bool = False) -> None:
        """A synchronous stack, whatever the caller asks for: it is crossed on one thread."""
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        async with self._gate:
            return await sync_to_async(self.get_response, thread_sensitive=True)(request)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        thread = self._idle.pop() if self._idle else ThreadPoolExecutor(1, thread_name_prefix="page")
        try:
            async with ThreadSensitiveContext(executor=thread):
                await self.handle(scope, receive, send)
        finally:
            self._give_back(thread)

    def _give_back(self, thread: ThreadPoolExecutor) -> None:
        if len(self._idle) < AT_ONCE:
            self._idle.append(thread)
        else:
            thread.submit(connections.close_all)
            thread.shutdown(wait=False)
