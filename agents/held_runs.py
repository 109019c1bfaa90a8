"""What whoever holds a run writes into its row and those of its calls, in the transactions of its log.

Each raises LogConflict when the run has become another's, and then nothing of its transaction is kept.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from django.utils import timezone

from accounts.prepared import Prepared
from agents import budgets, eventlog
from agents.engine.events import End, EndStatus, Usage
from agents.engine.fold import RunFold
from agents.engine.steps import Step
from agents.eventlog import LogConflict
from agents.leases import WORKER, is_held, park, waits_for_someone, wake
from agents.models import Run
from agents.models.run import LIVE, RunState
from agents.stored_steps import store_steps

#: Called in the transaction that parks the run.
Parked = Callable[[], None]


@dataclass(slots=True)
class Result:
    """What a run came to. ``fold`` is what its events tell; ``finish`` is the model's reason for stopping."""

    status: EndStatus
    error: str
    finish: str
    ms_total: int
    interrupted: bool
    fold: RunFold


def store_steps_held(run_id: UUID, steps: Sequence[Step]) -> None:
    """The steps, before the calls are made that they tell of."""
    if not is_held(run_id):
        raise LogConflict(str(run_id))
    store_steps(run_id, steps)


def park_held(run_id: UUID, used: Usage | None, parked: Parked) -> None:
    """Lets the run wait for a person; it goes on at once where there is nothing to decide any more."""
    if not is_held(run_id):
        raise LogConflict(str(run_id))
    if used is not None:
        Run.objects.filter(pk=run_id).update(**budgets.columns_of(used))
    park(run_id)
    parked()
    if not waits_for_someone(run_id):
        wake(run_id)  # the agent that asked was deleted meanwhile, and its run with it


def end_held(run_id: UUID, result: Result, *, provider: str, model: str) -> None:
    """Ends the run, and what it has asked of others. Were it another's already, it would get two ends."""
    usage = result.fold.usage
    held = Run.objects.filter(pk=run_id, worker=WORKER, state=RunState.RUNNING)
    ended = held.update(
        state=RunState(result.status),
        error=result.error,
        finish=result.finish,
        transcript=None,
        provider=provider,
        model=(usage.model if usage else "") or model,
        **(budgets.columns_of(usage) if usage else {}),
        ended_at=timezone.now(),
    )
    if not ended:
        raise LogConflict(str(run_id))
    _end_children(run_id)


@cache
def _live_children() -> Prepared[Run]:
    return Prepared.of(lambda run_id: Run.objects.filter(parent_id=run_id, state__in=LIVE), UUID)


def _end_children(run_id: UUID) -> None:
    for child in _live_children().all(run_id):
        end = End(status="cancelled", ms_total=0, tool_calls=0, answer_id=str(child.answer_id))
        eventlog.append_to_parked(child.pk, end)
        Run.objects.filter(pk=child.pk).update(state=RunState.CANCELLED, ended_at=timezone.now())
        _end_children(child.pk)
