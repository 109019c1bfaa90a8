"""Who holds a run: claims, heartbeats, and taking over from a process that died.

Every change is one conditional UPDATE, because SQLite has no row locks; the partial unique index on
``Run`` keeps a conversation to one held run whatever races here.
"""

import os
import socket
from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce, Now
from django.utils import timezone
from uuid_utils.compat import uuid4

from agents.models import Run
from agents.models.run import LIVE, RunState

#: This process, as it signs the runs it holds.
WORKER = f"{socket.gethostname()[:30]}:{os.getpid()}:{uuid4().hex[:8]}"
#: A holder that has been silent this long is dead, and its runs are free.
LEASE = timedelta(seconds=15)


def claim(run_id: UUID) -> Run | None:
    """Takes a queued run for this process, or None when it is not its turn or somebody else has it.

    The runs of a conversation are taken in the order they were asked for.
    """
    run = Run.objects.select_related("agent", "owner").filter(pk=run_id, state=RunState.QUEUED).first()
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


def beat(run_ids: Collection[UUID]) -> None:
    """Says that this process is alive and still has these runs."""
    Run.objects.filter(pk__in=run_ids, worker=WORKER, state=RunState.RUNNING).update(
        heartbeat_at=timezone.now()
    )


def stops_asked(run_ids: Collection[UUID]) -> list[UUID]:
    """Those of the runs that somebody has asked to stop, or that are no longer this process's."""
    ours = Run.objects.filter(pk__in=run_ids, worker=WORKER, state=RunState.RUNNING, cancel_requested_at=None)
    going_on = set(ours.values_list("pk", flat=True))
    return [run_id for run_id in run_ids if run_id not in going_on]


def release(run_id: UUID) -> None:
    """Gives a run back unfinished: the next to claim it goes on from its log.

    The attempt does not count: only processes that died of a run speak against it.
    """
    Run.objects.filter(pk=run_id, worker=WORKER, state=RunState.RUNNING).update(
        state=RunState.QUEUED, worker="", heartbeat_at=None, attempt=F("attempt") - 1
    )


def free_orphans(*, everyone: bool = False) -> int:
    """Gives back the runs of dead processes; returns how many. ``everyone``: nobody else can be alive."""
    silent = Q() if everyone else Q(heartbeat_at__lt=timezone.now() - LEASE)
    return Run.objects.filter(silent, state=RunState.RUNNING).update(
        state=RunState.QUEUED, worker="", heartbeat_at=None
    )


def runnable() -> list[UUID]:
    """Queued runs that are the oldest live one of their conversation, oldest first."""
    queued = (
        Run.objects.filter(state__in=LIVE, parent=None).order_by("id").values_list("id", "chat_id", "state")
    )
    seen: set[UUID] = set()
    ready = []
    for run_id, chat_id, state in queued:
        if chat_id not in seen and state == RunState.QUEUED:
            ready.append(run_id)
        seen.add(chat_id)
    return ready


def next_of(chat_id: UUID) -> UUID | None:
    """The queued run of this conversation whose turn it is, if no run holds it."""
    first = Run.objects.filter(chat_id=chat_id, state__in=LIVE, parent=None).order_by("id").first()
    return first.pk if first and first.state == RunState.QUEUED else None


def ask_to_stop(run_id: UUID) -> None:
    """Marks the run to be stopped; whoever holds it sees this within a second or two."""
    Run.objects.filter(pk=run_id, state__in=LIVE, cancel_requested_at=None).update(
        cancel_requested_at=timezone.now()
    )
