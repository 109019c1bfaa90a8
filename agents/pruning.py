"""Old logs made short: of a run that ended long ago its start, its text in one event, and its end remain.

Tools, thinking and plans go; pages keep what was stored with the answer. Of a call stay its name, who allowed
it and the line about its result; what the model gave and read goes. Ids stay good: the text remembers
which event had which part of it, so whoever goes on from an old id still gets exactly the rest.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from agents.engine.events import Content, End, Error, Start, ToolEnd
from agents.event_packs import SEQS, shortened, unpacked
from agents.models import Run, RunEvent, RunStep
from agents.models.run import LIVE

KEPT = (Start.type, Error.type, End.type)


def prunable(ended_before: datetime) -> QuerySet[Run]:
    """Runs that ended before and whose logs or calls are whole, oldest first."""
    whole = ~Q(type__in=(*KEPT, Content.type)) | Q(type=Content.type) & ~Q(data__has_key=SEQS)
    events = RunEvent.objects.filter(whole, run=OuterRef("pk"))
    ended = Run.objects.filter(ended_at__lt=ended_before).exclude(state__in=LIVE)
    return ended.filter(Exists(events) | Exists(_whole_steps().filter(run=OuterRef("pk")))).order_by("id")


def _whole_steps() -> QuerySet[RunStep]:
    """Calls with what the model gave and read; one that was made without arguments is whole with its log."""
    return RunStep.objects.exclude(arguments="")


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
    _shorten_steps(run_id, rows)
    texts = [row for row in rows if row.type == Content.type]
    if texts:
        last = texts.pop()
        pieces = [piece for row in (*texts, last) for piece in unpacked(row)]
        RunEvent.objects.filter(pk=last.pk).update(data=shortened(pieces))
    gone = [row.pk for row in rows if row.type not in (*KEPT, Content.type)] + [row.pk for row in texts]
    RunEvent.objects.filter(pk__in=gone).delete()


def _shorten_steps(run_id: UUID, rows: Sequence[RunEvent]) -> None:
    """What is kept of a result is the masked line that its event has told; none is told of a denied call."""
    lines = {row.data["call_id"]: row.data["result_summary"] for row in rows if row.type == ToolEnd.type}
    steps = list(RunStep.objects.filter(run_id=run_id))
    for step in steps:
        step.arguments, step.result = "", lines.get(step.call_id, "")
    RunStep.objects.bulk_update(steps, ["arguments", "result"])
