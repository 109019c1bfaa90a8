"""Who holds a run: claims, heartbeats, and taking over from a process that died.

Every change is one conditional UPDATE, because SQLite has no row locks; the partial unique index on
``Run`` keeps a conversation to one held run whatever races here.
"""

import os
import socket
from collections.abc import Collection
from datetime import timedelta
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Now
from django.utils import timezone
from uuid_utils.compat import uuid4

from accounts.prepared import Prepared
from agents.models import Run, RunStep
from agents.models.run import LIVE, RunState
from agents.models.run_step import StepState

#: This process, as it signs the runs it holds.
WORKER = f"{socket.gethostname()[:30]}:{os.getpid()}:{uuid4().hex[:8]}"
#: A holder that has been silent this long is dead, and its runs are free.
LEASE = timedelta(seconds=15)
#: Waiting runs that one look gives: the others are found when these are done.
MOST_FOUND = 1000


def claim(run_id: UUID) -> Run | None:
    """Takes a queued run for this process, or None when it is not its turn or somebody else has it.

    The runs of a conversation are taken in the order they were asked for. A run within another is for its
    parent to take (``agents.delegation``).
    """
    run = (
        Run.objects.select_related("agent", "owner")
        .filter(pk=run_id, state=RunState.QUEUED, parent=None)
        .first()
    )
    if run is None or _older_live_run(run):
        return None
    try:
        with transaction.atomic():
            taken = Run.objects.filter(pk=run_id, state=RunState.QUEUED).update(
                state=RunState.RUNNING,
                worker=WORKER,
                attempt=F("attempt") + 1,
                heartbeat_at=Now(),
                started_at=Coalesce("started_at", Now()),
            )
    except IntegrityError:  # the conversation got another holder between the two statements
        return None
    run.attempt += 1
    return run if taken else None


def _older_live_run(run: Run) -> bool:
    return Run.objects.filter(chat_id=run.chat_id, id__lt=run.id, state__in=LIVE, parent=None).exists()


def hold_new(run: Run) -> bool:
    """Stores a new run as held by this process; False, and nothing stored, where its chat is busy."""
    if _oldest_live().first(run.chat_id):
        return False
    now = timezone.now()
    run.state, run.worker, run.attempt = RunState.RUNNING, WORKER, 1
    run.heartbeat_at = run.started_at = now
    try:
        with transaction.atomic():
            run.save(force_insert=True)
    except IntegrityError:  # the conversation got a holder between the two statements
        run.state, run.worker, run.attempt = RunState.QUEUED, "", 0
        run.heartbeat_at = run.started_at = None
        return False
    return True


def beat(run_ids: Collection[UUID]) -> None:
    """Says that this process is alive and still has these runs."""
    Run.objects.filter(pk__in=run_ids, worker=WORKER, state=RunState.RUNNING).update(
        heartbeat_at=timezone.now()
    )


def stops_asked(run_ids: Collection[UUID]) -> list[UUID]:
    """Those of the runs that somebody has asked to stop."""
    ours = Run.objects.filter(pk__in=run_ids, worker=WORKER, state=RunState.RUNNING)
    return list(ours.exclude(cancel_requested_at=None).values_list("pk", flat=True))


def lost(run_ids: Collection[UUID]) -> list[UUID]:
    """Those of the runs that are this process's no longer: it was silent too long, or they are gone."""
    ours = Run.objects.filter(pk__in=run_ids, worker=WORKER).values_list("pk", flat=True)
    return list(set(run_ids) - set(ours))


def release(run_id: UUID) -> None:
    """Gives a run back unfinished: the next to claim it goes on from its log.

    The attempt does not count: only processes that died of a run speak against it.
    """
    Run.objects.filter(pk=run_id, worker=WORKER, state=RunState.RUNNING).update(
        state=RunState.QUEUED, worker="", heartbeat_at=None, attempt=F("attempt") - 1
    )


def held_here() -> list[UUID]:
    """The runs this process holds, by the rows."""
    held = Run.objects.filter(worker=WORKER, state=RunState.RUNNING, parent=None)
    return list(held.values_list("pk", flat=True))


def park(run_id: UUID) -> None:
    """Lets a run of ours wait, held by nobody; one that was asked to stop meanwhile goes back into the queue.

    In the transaction that writes what it waits for. The attempt does not count, as in ``release``.
    """
    stopping = When(cancel_requested_at__isnull=False, then=Value(RunState.QUEUED))
    Run.objects.filter(pk=run_id, worker=WORKER, state=RunState.RUNNING).update(
        state=Case(stopping, default=Value(RunState.WAITING)),
        worker="",
        heartbeat_at=None,
        attempt=F("attempt") - 1,
    )


def wake(run_id: UUID) -> bool:
    """Puts a waiting run back into the queue, and those that wait for it; False when it does not wait."""
    woken = bool(Run.objects.filter(pk=run_id, state=RunState.WAITING).update(state=RunState.QUEUED))
    parent = Run.objects.filter(pk=run_id).values_list("parent_id", flat=True).first()
    if woken and parent is not None:
        wake(parent)
    return woken


def waits_for_someone(run_id: UUID) -> bool:
    """Whether anything is there to be decided, by the run's own calls or within it."""
    asked = RunStep.objects.filter(run=run_id, state=StepState.ASKED, decision="")
    return asked.exists() or Run.objects.filter(parent=run_id, state=RunState.WAITING).exists()


def is_held(run_id: UUID) -> bool:
    """Whether this process still has the run."""
    return Run.objects.filter(pk=run_id, worker=WORKER, state=RunState.RUNNING).exists()


def free_orphans(*, everyone: bool = False) -> int:
    """Gives back the runs of dead processes; returns how many. ``everyone``: nobody else can be alive."""
    return _orphaned(everyone).update(state=RunState.QUEUED, worker="", heartbeat_at=None)


def _orphaned(everyone: bool) -> QuerySet[Run]:
    silent = Q() if everyone else Q(heartbeat_at__lt=timezone.now() - LEASE)
    return Run.objects.filter(silent, state=RunState.RUNNING, parent=None)


class Orphan(NamedTuple):
    """A run whose holder died: its conversation, and how the holder signed."""

    run_id: UUID
    chat_id: UUID
    worker: str


def orphans(*, everyone: bool = False) -> list[Orphan]:
    """What ``free_orphans`` would free now, oldest first."""
    held = _orphaned(everyone).order_by("pk").values_list("pk", "chat_id", "worker")
    return [Orphan(*one) for one in held]


def runnable() -> list[UUID]:
    """Queued runs that are the oldest live one of their conversation, oldest first; at most 1,000."""
    older = Run.objects.filter(
        chat_id=OuterRef("chat_id"), id__lt=OuterRef("id"), state__in=LIVE, parent=None
    )
    queued = Run.objects.filter(~Exists(older), state=RunState.QUEUED, parent=None)
    return list(queued.order_by("id").values_list("id", flat=True)[:MOST_FOUND])


def next_of(chat_id: UUID) -> UUID | None:
    """The queued run of this conversation whose turn it is, if no run holds it."""
    first = _oldest_live().first(chat_id)
    return first[0] if first and first[1] == RunState.QUEUED else None


@cache
def _oldest_live() -> Prepared[tuple[UUID, str]]:
    """Id and state of the run that is under way in a conversation, or whose turn it is."""

    def query(chat_id: UUID) -> QuerySet[Any, Any]:
        live = Run.objects.filter(chat_id=chat_id, state__in=LIVE, parent=None).order_by("id")
        return live.values_list("pk", "state")[:1]

    return Prepared.of(query, UUID)


def ask_to_stop(run_id: UUID) -> None:
    """Marks the run to be stopped; whoever holds it sees this within a second or two."""
    Run.objects.filter(pk=run_id, state__in=LIVE, cancel_requested_at=None).update(
        cancel_requested_at=timezone.now()
    )
