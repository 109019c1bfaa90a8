"""Turns at something that one does at a time: in order of people, not of what they bring."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID

from voice.errors import Unavailable

Waiting = deque["asyncio.Future[None]"]


class Turns:
    """On one event loop. Whoever has had a turn has the next one after all others who wait.

    ``most`` may wait. ``retry_after`` is told to more of them, in whole seconds.
    """

    def __init__(self, *, most: int, retry_after: int) -> None:
        self._most = most
        self._retry_after = retry_after
        self._is_taken = False
        self._waiting: dict[UUID | None, Waiting] = {}

    @asynccontextmanager
    async def turn(self, person_id: UUID | None) -> AsyncGenerator[None, None]:
        """Raises Unavailable where too many wait."""
        if self._is_taken:
            await self._wait(person_id)
        self._is_taken = True
        try:
            yield
        finally:
            self._pass_on(person_id)

    async def _wait(self, person_id: UUID | None) -> None:
        if sum(map(len, self._waiting.values())) >= self._most:
            raise Unavailable(self._retry_after)
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(person_id, deque()).append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.cancelled():
                self._drop(person_id, mine)
            else:  # it was their turn already
                self._pass_on(person_id)
            raise

    def _pass_on(self, person_id: UUID | None) -> None:
        if person_id in self._waiting:
            self._waiting[person_id] = self._waiting.pop(person_id)
        for one, theirs in self._waiting.items():
            mine = next((turn for turn in theirs if not turn.done()), None)
            if mine is not None:
                self._drop(one, mine)
                mine.set_result(None)
                return
        self._is_taken = False

    def _drop(self, person_id: UUID | None, mine: "asyncio.Future[None]") -> None:
        theirs = self._waiting[person_id]
        theirs.remove(mine)
        if not theirs:
            del self._waiting[person_id]
