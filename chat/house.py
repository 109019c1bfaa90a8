"""The turns under way in this process: begun, looked after, stopped, handed over.

Server and worker have one each. What differs between them is where a run comes from and where it goes back
to, and that is given.
"""

import asyncio
import logging
from collections.abc import Callable
from contextvars import Context
from uuid import UUID

from agents import leases, under_way
from agents.database import close_readers, in_database
from agents.providers import registry
from chat import turns

logger = logging.getLogger(__name__)

#: Seconds between two looks at whether somebody wants a run of ours stopped.
TICK = 1.0
#: Seconds between two heartbeats, and between two looks for runs that nobody holds.
BEAT = 5.0
SWEEP = 10.0


class House:
    """``waiting`` gives the runs to begin here at a sweep; ``hand_over`` gives an unfinished one back.

    Both are called in a database thread.
    """

    def __init__(self, *, waiting: Callable[[], list[UUID]], hand_over: Callable[[UUID], None]) -> None:
        self._waiting = waiting
        self._hand_over = hand_over
        self._tasks: dict[UUID, asyncio.Task[UUID | None]] = {}
        self._asked_again: set[UUID] = set()
        self.loop = asyncio.get_running_loop()
        self._ticker = self.loop.create_task(self._tick())
        self.loop.run_in_executor(None, registry.warm_up)  # half a second the first answer need not wait

    @property
    def under_way(self) -> int:
        return len(self._tasks)

    def begin(self, run_id: UUID) -> asyncio.Task[UUID | None]:
        """The run's turn as a task. Its result is the run of that conversation that it began next, if any."""
        if run_id in self._tasks:
            self._asked_again.add(run_id)  # it may have been told a moment ago that it is not its turn
        else:
            self._tasks[run_id] = self.loop.create_task(self._turn(run_id), name=f"run {run_id}")
        return self._tasks[run_id]

    def carry_on(self, turn: turns.Turn) -> None:
        """A turn that is taken already, as a task."""
        run_id = turn.run.pk
        self._tasks[run_id] = self.loop.create_task(self._turn(run_id, turn), name=f"run {run_id}")

    async def _turn(self, run_id: UUID, turn: turns.Turn | None = None) -> UUID | None:
        try:
            chat_id, again = None, True
            while again:
                self._asked_again.discard(run_id)
                taken = turns.carry_out(turn) if turn else turns.take(run_id)
                chat_id, turn = await taken or chat_id, None
                following = await in_database(leases.next_of, chat_id) if chat_id else None
                # One that waited for a person may have its answer before its task is gone.
                again = following == run_id or run_id in self._asked_again
            if following is not None:
                Context().run(self.begin, following)  # it is another request's
            return following
        except Exception:
            logger.exception("turn of run %s failed", run_id)
            return None
        finally:
            self._asked_again.discard(run_id)
            del self._tasks[run_id]

    def stop_run(self, run_id: UUID) -> None:
        task = self._tasks.get(run_id)
        if task is not None and under_way.mark_stopped(run_id):
            task.cancel()

    async def _tick(self) -> None:
        beaten = swept = self.loop.time()
        while True:
            await asyncio.sleep(TICK)
            try:
                await self._look()
                if self.loop.time() - beaten >= BEAT:
                    await in_database(leases.beat, self._held())
                    beaten = self.loop.time()
                if self.loop.time() - swept >= SWEEP:
                    swept = self.loop.time()
                    await self.sweep()
            except Exception:
                logger.exception("looking after the runs failed; trying again")

    async def _look(self) -> None:
        held = self._held()
        if held:
            for run_id in await in_database(leases.stops_asked, held):
                self.stop_run(run_id)
            for run_id in await in_database(leases.lost, held):
                if under_way.is_under_way(run_id) and run_id in self._tasks:
                    self._tasks[run_id].cancel()  # without an end: that is the new holder's to write

    def _held(self) -> list[UUID]:
        """The runs that are claimed and not yet ended."""
        return [run_id for run_id in self._tasks if under_way.is_under_way(run_id)]

    async def sweep(self, *, everyone: bool = False) -> None:
        """Takes up what dead processes held; ``everyone`` when no other process can be alive."""
        freed = await in_database(leases.free_orphans, everyone=everyone)
        if freed:
            logger.warning("taking over %d interrupted runs", freed)
        for run_id in await in_database(self._waiting):
            self.begin(run_id)

    async def close(self) -> None:
        """Hands every run over: its log stays open, its row goes back into the queue."""
        self._ticker.cancel()
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(self._ticker, *tasks, return_exceptions=True)
        close_readers()  # a claim goes on in its thread when whoever waits for it is cancelled
        for run_id in await in_database(leases.held_here):
            await in_database(self._hand_over, run_id)
