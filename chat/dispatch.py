"""Where turns run: in this process, as tasks of the server's event loop.

A run is a row before it is a task, so nothing depends on this process living: what it leaves is taken up
by the next one from the log. ``submit`` and ``cancel`` may be called from any thread, also where no
server runs (a command, a test), and then do nothing: the rows say what is to be done.
"""

import asyncio
import logging
from uuid import UUID

from django.conf import settings

from agents import leases, runner
from agents.database import close_readers, in_database
from agents.eventlog import close_writer
from agents.providers import registry
from chat import turns

logger = logging.getLogger(__name__)

#: Seconds between two looks at whether somebody wants a run of ours stopped.
TICK = 1.0
#: Ticks between two heartbeats, and between two looks for runs that nobody holds.
BEAT_EVERY = 5
SWEEP_EVERY = 10


class _House:
    """The turns under way in this process."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.tasks: dict[UUID, asyncio.Task[None]] = {}
        self.ticker = self.loop.create_task(self._tick())

    def begin(self, run_id: UUID) -> None:
        if run_id not in self.tasks:
            task = self.loop.create_task(self._turn(run_id), name=f"run {run_id}")
            self.tasks[run_id] = task

    async def _turn(self, run_id: UUID) -> None:
        try:
            chat_id = await turns.take(run_id)
        except Exception:
            logger.exception("turn of run %s failed", run_id)
            return
        finally:
            self.tasks.pop(run_id, None)
        if chat_id is not None:
            following = await in_database(leases.next_of, chat_id)
            if following is not None:
                self.begin(following)

    def stop_run(self, run_id: UUID) -> None:
        task = self.tasks.get(run_id)
        if task is not None and runner.mark_stopped(run_id):
            task.cancel()

    async def _tick(self) -> None:
        ticks = 0
        while True:
            await asyncio.sleep(TICK)
            ticks += 1
            try:
                await self._look(ticks)
            except Exception:
                logger.exception("looking after the runs failed; trying again")

    async def _look(self, ticks: int) -> None:
        held = list(self.tasks)
        if held:
            for run_id in await in_database(leases.stops_asked, held):
                self.stop_run(run_id)
            if ticks % BEAT_EVERY == 0:
                await in_database(leases.beat, held)
        if ticks % SWEEP_EVERY == 0:
            await self.sweep()

    async def sweep(self, *, everyone: bool = False) -> None:
        freed = await in_database(leases.free_orphans, everyone=everyone)
        if freed:
            logger.warning("taking over %d interrupted runs", freed)
        for run_id in await in_database(leases.runnable):
            self.begin(run_id)

    async def close(self) -> None:
        """Hands every run over: its log stays open, its row goes back into the queue."""
        self.ticker.cancel()
        held = dict(self.tasks)
        for task in held.values():
            task.cancel()
        await asyncio.gather(self.ticker, *held.values(), return_exceptions=True)
        for run_id in held:
            await in_database(leases.release, run_id)


_house: _House | None = None


async def start() -> None:
    """Opens the house on the running loop and takes up what an earlier process left."""
    global _house
    if _house is None:
        _house = _House()
        _house.loop.run_in_executor(None, registry.warm_up)  # half a second the first answer need not wait
        # With SQLite a lock on the data folder makes us the only process: every held run is an orphan.
        await _house.sweep(everyone=settings.EMBEDDED)


async def stop() -> None:
    """Hands the runs over and closes the database threads; called at shut-down, before the loop ends."""
    global _house
    house, _house = _house, None
    if house is not None:
        await house.close()
        await registry.aclose()
    close_writer()
    close_readers()


def submit(run_id: UUID) -> None:
    if _house is not None:
        _house.loop.call_soon_threadsafe(_house.begin, run_id)


def cancel(run_id: UUID) -> None:
    if _house is not None:
        _house.loop.call_soon_threadsafe(_house.stop_run, run_id)
