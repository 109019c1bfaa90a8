"""Where turns run: in the process that serves the pages (``TURNS=here``), or in workers (``TURNS=queue``).

A run is a row before it is a task or a job, so nothing depends on one process living: what it leaves is
taken up by another from the log. Both ways take turns in a ``House``, and in no other way.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import transaction

from agents import leases
from agents.database import close_readers
from agents.eventlog import close_writer
from agents.providers import registry
from agents.services.runs import is_begun
from chat import turns
from chat.house import House
from chat.turns import Turn

if TYPE_CHECKING:
    from agents.models import Run

_house: House | None = None


def by_queue() -> bool:
    return bool(settings.TURNS == "queue")


async def start() -> None:
    """For a server, on the running loop: takes up what an earlier process left, if turns run here."""
    global _house
    if _house is None and not by_queue():
        _house = House(waiting=leases.runnable, hand_over=leases.release)
        # With SQLite a lock on the data folder makes us the only process: every held run is an orphan.
        await _house.sweep(everyone=settings.EMBEDDED)


async def stop() -> None:
    """Hands the runs over and closes the database threads; called at shut-down, before the loop ends."""
    global _house
    house, _house = _house, None
    await _close(house)


async def work(stopping: asyncio.Event, on_ready: Callable[[], None]) -> None:
    """For a worker: takes turns from the queue until ``stopping`` is set, then hands over what it has."""
    from chat import job_queue  # its packages are installed where there is a queue

    house = House(waiting=job_queue.enqueue_lost, hand_over=job_queue.hand_over)
    try:
        await house.sweep()
        await job_queue.serve(house, stopping, on_ready)
    finally:
        await _close(house)


async def _close(house: House | None) -> None:
    if house is not None:
        await house.close()
    await registry.aclose()
    close_writer()
    close_readers()


def is_open() -> bool:
    """Whether a turn can be carried out in this process at once."""
    return _house is not None


def carry_on(turn: Turn) -> None:
    """Carries out a turn that this process has taken already; from any thread."""
    if _house is not None:
        _house.loop.call_soon_threadsafe(_house.carry_on, turn)


def recover(*, everyone: bool) -> list[leases.Orphan]:
    """For a command: frees the runs of dead processes now, and returns them. Whoever runs takes them up soon.

    ``everyone`` when no other process can be alive.
    """
    with transaction.atomic():
        orphans = leases.orphans(everyone=everyone)
        leases.free_orphans(everyone=everyone)
    if by_queue():
        from chat import job_queue

        job_queue.enqueue_lost()
    return orphans


def live_workers() -> int | None:
    """How many workers the queue has heard of lately; None where there is no queue."""
    if not by_queue():
        return None
    from chat import job_queue

    return job_queue.live_workers()


def set_off(run: "Run") -> None:
    """To be called in the transaction that makes the run: its turn comes with the commit, or not at all.

    A run that this process holds from its beginning is carried out here: nobody need look for it.
    """
    if is_begun(run):
        transaction.on_commit(partial(carry_on, turns.of_new(run)))
    else:
        submit(run.pk)


def submit(run_id: UUID) -> None:
    """To be called in the transaction that makes the run: its turn comes with the commit, or not at all.

    Where no server runs (a command, a test) it begins nothing: the row says what is to be done.
    """
    if by_queue():
        from chat import job_queue

        job_queue.enqueue(run_id)
    else:
        transaction.on_commit(lambda: _begin(run_id))


def _begin(run_id: UUID) -> None:
    if _house is not None:
        _house.loop.call_soon_threadsafe(_house.begin, run_id)


def cancel(run_id: UUID) -> None:
    """Passes a stop on at once within this process; from any thread. Others look at the row every second."""
    if _house is not None:
        _house.loop.call_soon_threadsafe(_house.stop_run, run_id)
