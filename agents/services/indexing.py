"""Who indexes a document: claims, signs of life, what was found, and taking over from a process that died.

Each change is one conditional UPDATE, as in ``agents.leases``: it takes effect only while the claim holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from agents.leases import WORKER
from agents.models import Chunk, Document, DocumentContent
from agents.models.document import MAX_WORKER, DocumentStatus

#: A process that has been silent this long is dead, and what it indexed is free.
LEASE = timedelta(seconds=15)
#: Processes that may die of a document, or children of them, before it is given up.
MOST_ATTEMPTS = 3
SIGNED = WORKER[:MAX_WORKER]


@dataclass(frozen=True)
class Job:
    """A document that this process is to index."""

    document_id: UUID
    agent_id: UUID
    format: str
    attempt: int
    data: bytes = field(repr=False)


def claim_next() -> Job | None:
    """The oldest document that waits, or whose process has died; None where there is none.

    One that has been begun too often is given up.
    """
    silent = timezone.now() - LEASE
    dead = Q(status=DocumentStatus.INDEXING) & (Q(heartbeat_at=None) | Q(heartbeat_at__lt=silent))
    unread = Document.objects.filter(status__in=(DocumentStatus.QUEUED, DocumentStatus.INDEXING))
    free = unread.filter(Q(status=DocumentStatus.QUEUED) | dead).order_by("id")
    for document in free[:10]:
        seen = free.filter(pk=document.pk, status=document.status, attempts=document.attempts)
        if document.attempts >= MOST_ATTEMPTS:
            seen.update(status=DocumentStatus.ERROR, problem="gave_up", worker="", heartbeat_at=None)
        elif seen.update(
            status=DocumentStatus.INDEXING,
            worker=SIGNED,
            heartbeat_at=timezone.now(),
            attempts=F("attempts") + 1,
            progress=0,
        ):
            data = DocumentContent.objects.filter(pk=document.pk).values_list("data", flat=True).first()
            if data is not None:  # else it was deleted just now
                attempt = document.attempts + 1
                return Job(document.pk, document.agent_id, document.format, attempt, bytes(data))
    return None


def free_all() -> None:
    """For a start at which no other process can be alive: nobody waits for a lease to lapse."""
    Document.objects.filter(status=DocumentStatus.INDEXING).update(heartbeat_at=None)


def _ours(job: Job) -> QuerySet[Document]:
    return Document.objects.filter(
        pk=job.document_id, status=DocumentStatus.INDEXING, worker=SIGNED, attempts=job.attempt
    )


def beat(job: Job, progress: int) -> bool:
    """Says that this process is alive and how far it is; False where the document is not its any more."""
    now = timezone.now()
    return bool(_ours(job).update(heartbeat_at=now, progress=progress, updated_at=now))


def drop_chunks(job: Job) -> None:
    """What an earlier attempt has left."""
    Chunk.objects.filter(document=job.document_id).delete()


@transaction.atomic
def store_chunks(job: Job, first: int, passages: Sequence[tuple[int | None, str]], progress: int) -> bool:
    """Stores passages, numbered from ``first``; False, and nothing stored, where the claim is lost."""
    if not beat(job, progress):
        return False
    Chunk.objects.bulk_create(
        [
            Chunk(document_id=job.document_id, agent_id=job.agent_id, number=number, page=page, text=text)
            for number, (page, text) in enumerate(passages, first)
        ]
    )
    return True


def finish(job: Job, *, pages: int | None, chunks: int) -> bool:
    """From now on it is searched. False where the claim is lost."""
    return _settle(
        job, status=DocumentStatus.READY, progress=100, pages=pages, chunk_count=chunks, problem=""
    )


@transaction.atomic
def fail(job: Job, problem: str) -> None:
    """``problem`` is a key of ``agents.documents``."""
    if _settle(job, status=DocumentStatus.ERROR, problem=problem, chunk_count=0):
        drop_chunks(job)


def give_back(job: Job, *, blamed: bool) -> None:
    """For the next to try. The attempt counts only where the document may be to blame."""
    spent = job.attempt if blamed else job.attempt - 1
    _settle(job, status=DocumentStatus.QUEUED, progress=0, attempts=spent)


def _settle(job: Job, **values: object) -> bool:
    return bool(_ours(job).update(**values, worker="", heartbeat_at=None, updated_at=timezone.now()))
