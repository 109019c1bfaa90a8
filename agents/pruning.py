"""Old logs made short: of a run that ended long ago its start, its text in one event, and its end remain.

Tools, thinking and plans go; pages keep what was stored with the answer. Ids stay good: the text remembers
which event had which part of it, so whoever goes on from an old id still gets exactly the rest.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from agents.engine.events import Content, End, Error, Start
from agents.event_packs import SEQS, shortened, unpacked
from agents.models import Run, RunEvent
from agents.models.run import LIVE

KEPT = (Start.type, Error.type, End.type)


def prunable(ended_before: datetime) -> QuerySet[Run]:
    """Runs that ended before and whose logs are whole, oldest first."""
    whole = ~Q(type__in=(*KEPT, Content.type)) | Q(type=Content.type) & ~Q(data__has_key=SEQS)
    events = RunEvent.objects.filter(whole, run=OuterRef("pk"))
    ended = Run.objects.filter(ended_at__lt=ended_before).exclude(state__in=LIVE)
    return ended.filter(Exists(events)).order_by("id")


def prune_next(ended_before: datetime, *, after: UUID | None, most: int) -> list[UUID]:
    """Shortens up to so many logs in one transaction, those of runs after the given one; returns which."""
    runs = prunable(ended_before)
    if after is not None:
        runs = runs.filter(pk__gt=after)
    with transaction.atomic():
        run_ids = list(runs.values_list("pk", flat=True)[:most])
        for run_id in run_ids:
            _shorten(run_id)
    return run_ids


def _shorten(run_id: UUID) -> None:
    rows = list(RunEvent.objects.filter(run_id=run_id).order_by("seq"))
    texts = [row for row in rows if row.type == Content.type]
    if texts:
        last = texts.pop()
        pieces = [piece for row in (*texts, last) for piece in unpacked(row)]
        RunEvent.objects.filter(pk=last.pk).update(data=shortened(pieces))
    gone = [row.pk for row in rows if row.type not in (*KEPT, Content.type)] + [row.pk for row in texts]
    RunEvent.objects.filter(pk__in=gone).delete()
