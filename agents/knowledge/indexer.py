"""Reads documents that were given to agents: a task of each server and worker, one document at a time.

What a process has begun when it dies is begun anew by another, or by the next, after its lease.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import Context

from django.conf import settings

from agents.database import in_database
from agents.knowledge.extraction import extracted, passages_from
from agents.knowledge.reading import Unreadable
from agents.services import indexing
from agents.services.indexing import Job
from children.pool import ChildFailed, ChildNotStarted

logger = logging.getLogger(__name__)

#: Seconds between two looks for documents.
LOOK = 1.0
#: Seconds between two signs of life.
BEAT = 0.5
#: Passages stored in one transaction: others who write wait for it.
AT_ONCE = 200
#: How much of the progress is done, in hundredths, once a document is read and only to be stored.
READ = 50


class Indexer:
    """Runs until it is closed; a document under way is then left to another process."""

    def __init__(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run(), name="documents", context=Context())

    async def _run(self) -> None:
        freed = not settings.EMBEDDED
        while True:
            worked = False
            try:
                if not freed:
                    await in_database(indexing.free_all)
                    freed = True
                worked = await index_next()
            except Exception:
                logger.exception("looking for documents failed; trying again")
            if not worked:
                await asyncio.sleep(LOOK)

    async def close(self) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


async def index_next() -> bool:
    """Indexes the document whose turn it is; False where none waits."""
    job = await in_database(indexing.claim_next)
    if job is None:
        return False
    try:
        await _indexed(job)
    except Unreadable as problem:
        await in_database(indexing.fail, job, problem.key)
    except asyncio.CancelledError:
        await asyncio.shield(in_database(indexing.give_back, job, blamed=False))
        raise
    except ChildNotStarted:  # the machine has no memory left for one
        await in_database(indexing.give_back, job, blamed=False)
        return False
    except ChildFailed:
        await in_database(indexing.give_back, job, blamed=True)
    except Exception:
        logger.exception("document %s broke", job.document_id)
        await in_database(indexing.give_back, job, blamed=True)
    return True


async def _indexed(job: Job) -> None:
    found = await _read(job)
    if found is None:
        return
    pages, lines = found
    await in_database(indexing.drop_chunks, job)
    for first in range(0, len(lines), AT_ONCE):
        progress = READ + (100 - READ) * first // len(lines)
        batch = passages_from(lines[first : first + AT_ONCE])
        if not await in_database(indexing.store_chunks, job, first, batch, progress):
            return  # deleted, or taken over
    await in_database(indexing.finish, job, pages=pages, chunks=len(lines))


async def _read(job: Job) -> tuple[int | None, list[bytes]] | None:
    """Pages and passages. While it is read, others see that this process lives, and how far it is.

    None where the document is not this process's any more: nobody waits for it.
    """
    done = 0

    def told(hundredths: int) -> None:
        nonlocal done
        done = hundredths

    reading = asyncio.create_task(extracted(job.format, job.data, told))
    try:
        while not (await asyncio.wait({reading}, timeout=BEAT))[0]:
            if not await in_database(indexing.beat, job, done * READ // 100):
                return None
        return reading.result()
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)


@asynccontextmanager
async def indexing_documents() -> AsyncIterator[None]:
    """For the time of the block this process indexes."""
    indexer = Indexer()
    try:
        yield
    finally:
        await indexer.close()
