"""Somewhere for turns to run, as the settings say: this process, or a worker that reads the queue."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from asgiref.sync import sync_to_async
from django.db import connection

from chat import dispatch


@asynccontextmanager
async def open_house() -> AsyncIterator[None]:
    """A worker runs here as a task, beside a server that takes no turns itself."""
    if not dispatch.by_queue():
        await dispatch.start()
        yield
        await dispatch.stop()
        return
    stopping, ready = asyncio.Event(), asyncio.Event()
    worker = asyncio.create_task(dispatch.work(stopping, ready.set))
    await ready.wait()
    yield
    stopping.set()
    await worker


@sync_to_async
def forget_jobs() -> None:
    """What earlier tests have left in the queue: Django does not manage its tables, so it empties none."""
    if dispatch.by_queue():
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
