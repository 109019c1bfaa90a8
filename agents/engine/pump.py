"""Reading an async generator with a deadline, without a task per item."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from types import TracebackType
from typing import Generic, TypeVar

T = TypeVar("T")

# Items read ahead of a slow taker; past that the source waits, and with it the sender's TCP window.
READ_AHEAD = 2_000


class Pump(Generic[T]):
    """Runs a source in a task of its own and hands over what it has yielded, in order.

    A source that is read by `wait_for(anext(...))` costs a task and a timer an item, and a deadline that
    passes kills it. Here a deadline only ends the waiting. Leaving the context cancels the source and waits
    until it is closed, so that its connection never outlives the block. Items for which `urgent` is false do
    not wake a `wait(lazily=True)`: waking a task for each word is most of what a word costs. After an item
    for which `holds` is true the source is not asked to go on before the taker has come back for more, so
    whatever the taker does with it is done.
    """

    def __init__(
        self,
        source: AsyncGenerator[T, None],
        urgent: Callable[[T], bool] | None = None,
        holds: Callable[[T], bool] | None = None,
    ) -> None:
        self._source = source
        self._urgent = urgent
        self._holds = holds
        self._dealt_with = asyncio.Event()
        self._has_urgent = False
        self._lazy = False
        self._items: list[T] = []
        self._waiter: asyncio.Future[None] | None = None
        self._room = asyncio.Event()

    async def __aenter__(self) -> "Pump[T]":
        self._task = asyncio.create_task(self._read())
        self._task.add_done_callback(self._wake)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._task.cancel()
        if not self._task.done():
            await asyncio.wait([self._task])
        if not self._task.cancelled():
            self._task.exception()  # seen: a source that fails while it is being closed is nobody's error

    @property
    def over(self) -> bool:
        """Whether the source has ended and everything it yielded has been taken."""
        return not self._items and self._task.done()

    async def wait(self, until: float | None = None, *, lazily: bool = False) -> bool:
        """True as soon as there is something to take or the source is over; False at `until` (loop time).

        With `lazily` items that are not urgent are left until then.
        """
        self._lazy = lazily
        if self._task.done() or (self._has_urgent if lazily else self._items):
            return True
        if not self._items:
            self._dealt_with.set()
        loop = asyncio.get_running_loop()
        self._waiter = loop.create_future()
        timer = None if until is None else loop.call_at(until, self._wake)
        try:
            await self._waiter
        finally:
            self._waiter = None
            if timer is not None:
                timer.cancel()
        return bool(self._items) or self._task.done()

    def take(self) -> list[T]:
        """Everything yielded since the last take, perhaps nothing."""
        items, self._items = self._items, []
        self._has_urgent = False
        self._room.set()
        return items

    def check(self) -> None:
        """Raises what the source raised; for use once it is over."""
        self._task.result()

    async def _read(self) -> None:
        try:
            async for item in self._source:
                self._items.append(item)
                if self._urgent is None or self._urgent(item):
                    self._has_urgent = True
                if self._waiter is not None and (self._has_urgent or not self._lazy):
                    self._wake()
                if self._holds is not None and self._holds(item):
                    self._has_urgent = True
                    self._wake()
                    self._dealt_with.clear()
                    await self._dealt_with.wait()
                if len(self._items) >= READ_AHEAD:
                    self._has_urgent = True
                    self._wake()
                    self._room.clear()
                    await self._room.wait()
        finally:
            await self._source.aclose()

    def _wake(self, _task: object = None) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
