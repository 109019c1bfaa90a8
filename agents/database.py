"""Database work from the event loop: a few threads that keep their connection, and one that writes the log.

Outside requests ``database_sync_to_async`` and the async ORM share one thread a process, so a slow reader
would hold up every stream. Here readers have a pool of their own and the event writer has its own thread.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from threading import Barrier
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import InterfaceError, OperationalError, connection, connections
from django.utils import timezone, translation

READERS = 4
#: Threads for what people do over a socket, so that it never waits for those who read.
ACTORS = 4

P = ParamSpec("P")
T = TypeVar("T")


class DatabaseThreads:
    """A pool whose threads keep their database connection between calls and drop a broken one."""

    def __init__(self, *, size: int, name: str) -> None:
        self._size = size
        self._name = name
        self._executor: ThreadPoolExecutor | None = None

    async def call(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs ``work`` in one of the threads, in the caller's language and time zone.

        A copied context would not bring them along: Django's are those of the thread that set them.
        """
        spoken = _spoken(partial(work, *args, **kwargs))
        return await asyncio.get_running_loop().run_in_executor(self._threads(), spoken)

    async def act(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """The same for work that tells others what it has changed: from a thread that asgiref knows, a push
        comes back to this loop. From any other it would run in a loop of its own, where nobody hears it."""
        spoken = _spoken(partial(work, *args, **kwargs))
        return await sync_to_async(spoken, thread_sensitive=False, executor=self._threads())()

    def _threads(self) -> ThreadPoolExecutor:
        if self._executor is None:
            self._executor = ThreadPoolExecutor(self._size, thread_name_prefix=self._name)
        return self._executor

    def close(self) -> None:
        """Ends the threads and their connections; the next call makes new ones."""
        if self._executor is None:
            return
        executor, self._executor = self._executor, None
        everyone = Barrier(self._size)  # holds each thread until all have one of the calls

        def leave() -> None:
            everyone.wait(timeout=10)
            connections.close_all()

        wait([executor.submit(leave) for _ in range(self._size)])
        executor.shutdown(wait=True)


def _spoken(work: Callable[[], T]) -> Callable[[], T]:
    """The work in the language and time zone of whoever asks for it now."""
    language, zone = translation.get_language(), timezone.get_current_timezone()

    def spoken() -> T:
        with translation.override(language), timezone.override(zone):
            return _on_own_connection(work)

    return spoken


#: What the database raises when it is away: restarted, unreachable, locked or full.
AWAY = (OperationalError, InterfaceError)


def _on_own_connection(work: Callable[[], T]) -> T:
    """Does it again where the connection was lost: a server that was restarted leaves one that never works.

    So a work must be one that may be done twice, such as reading, or a change that looks at what is there.
    """
    kept = connection.connection is not None
    try:
        return work()
    except AWAY:
        lost = kept and not connection.is_usable()
        connections.close_all()
        if not lost:
            raise
        return work()


_readers = DatabaseThreads(size=READERS, name="database")
_actors = DatabaseThreads(size=ACTORS, name="act")
in_database = _readers.call
act = _actors.act


def close_readers() -> None:
    """Ends the threads of both pools and their connections."""
    _readers.close()
    _actors.close()
