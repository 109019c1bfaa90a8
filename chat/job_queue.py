"""Turns as jobs of Procrastinate, a queue in PostgreSQL: a job is committed with its run, or not at all.

A job only says that a run may be taken. Who holds a run is said by its row (``agents.leases``), so a job
that is lost costs time and one that is there twice costs nothing.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from procrastinate import App, PsycopgConnector
from procrastinate.contrib.django import connector_params
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status
from psycopg import OperationalError

from agents import leases
from chat.house import SWEEP, House

logger = logging.getLogger(__name__)

QUEUE, TASK = "turns", "turn"
#: Seconds between two heartbeats of a worker in the queue, and of silence after which its jobs are nobody's.
BEAT = 5.0
SILENCE = leases.LEASE.total_seconds()
#: Seconds before a worker whose queue went away asks for it again.
PAUSE = 1.0

#: Enqueues on Django's connection, and so in its transaction.
_door = App(connector=DjangoConnector())


def enqueue(run_id: UUID) -> None:
    _door.configure_task(TASK, queue=QUEUE).defer(run_id=str(run_id))


@transaction.atomic
def hand_over(run_id: UUID) -> None:
    """Gives a run back for any worker to go on with."""
    leases.release(run_id)
    enqueue(run_id)


def enqueue_lost() -> list[UUID]:
    """Makes a job for each run that waits and has none; nothing is to be begun without one."""
    waiting = leases.runnable()
    known = _waiting_jobs(waiting)
    for run_id in waiting:
        if str(run_id) not in known:
            enqueue(run_id)
    return []


def _waiting_jobs(run_ids: list[UUID]) -> set[str]:
    from procrastinate.contrib.django.models import ProcrastinateJob  # once the apps are there

    jobs = ProcrastinateJob._default_manager.filter(
        task_name=TASK, status=Status.TODO.value, args__run_id__in=[str(pk) for pk in run_ids]
    )
    return set(jobs.values_list("args__run_id", flat=True))


def live_workers() -> int:
    """Workers that gave a sign of life within ``SILENCE``."""
    from procrastinate.contrib.django.models import ProcrastinateWorker  # once the apps are there

    since = timezone.now() - timedelta(seconds=SILENCE)
    return ProcrastinateWorker._default_manager.filter(last_heartbeat__gte=since).count()


async def serve(house: House, stopping: asyncio.Event, on_ready: Callable[[], None]) -> None:
    """Takes jobs until ``stopping`` is set. A database that went away is asked for again.

    A turn under way outlives that: its job is only what brought it here.
    """
    stopped = asyncio.create_task(stopping.wait())
    while not stopping.is_set():
        serving = asyncio.create_task(_serve_once(house, on_ready))
        await asyncio.wait({serving, stopped}, return_when=asyncio.FIRST_COMPLETED)
        serving.cancel()
        (problem,) = await asyncio.gather(serving, return_exceptions=True)
        if not stopping.is_set():
            logger.error("the queue went away; asking for it again", exc_info=_error(problem))
            await asyncio.wait({stopped}, timeout=PAUSE)


def _error(problem: BaseException | None) -> BaseException | None:
    return problem if isinstance(problem, Exception) else None


async def _serve_once(house: House, on_ready: Callable[[], None]) -> None:
    app = _app_of(house)
    async with app.open_async():
        tidying = asyncio.create_task(_tidy(app))
        on_ready()
        try:
            await app.run_worker_async(
                queues=[QUEUE],
                concurrency=max(1, settings.WORKER_CONCURRENCY - house.under_way),
                delete_jobs="always",
                install_signal_handlers=False,
                shutdown_graceful_timeout=0,
                update_heartbeat_interval=BEAT,
                stalled_worker_timeout=SILENCE,
            )
        finally:
            tidying.cancel()


def _app_of(house: House) -> App:
    """A connection pool of the worker's own, and the one task there is."""
    pool = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=3)
    app = App(connector=pool)

    @app.task(name=TASK, queue=QUEUE)
    async def turn(run_id: str) -> None:
        """The run, and then what waits in its conversation."""
        following: UUID | None = UUID(run_id)
        while following is not None:
            following = await asyncio.shield(house.begin(following))

    return app


async def _tidy(app: App) -> None:
    """Removes jobs that a dead worker has left: their runs get new ones at the next sweep."""
    while True:
        try:
            jobs = app.job_manager
            for job in await jobs.get_stalled_jobs(queue=QUEUE, seconds_since_heartbeat=SILENCE):
                await jobs.finish_job(job, Status.ABORTED, delete_job=True)
            await jobs.prune_stalled_workers(SILENCE)
        except (ConnectorException, OperationalError):
            logger.warning("looking for jobs of dead workers failed; trying again")
        await asyncio.sleep(SWEEP)
