"""The steps of a run as rows: written with the events that tell of them, read by whoever takes the run up."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from django.utils import timezone

from agents.engine.messages import ToolCall
from agents.engine.steps import Decision, Step, StepState
from agents.models import RunStep


def store_steps(run_id: UUID, steps: Sequence[Step]) -> None:
    """New steps, and what became of those there are. In the transaction that writes their events."""
    now = timezone.now()
    stored = RunStep.objects.filter(run_id=run_id, call_id__in=[step.call.id for step in steps])
    here = set(stored.values_list("call_id", flat=True))
    RunStep.objects.bulk_create(_row(run_id, step) for step in steps if step.call.id not in here)
    for step in steps:
        if step.call.id in here:
            ended = {"result": step.result, "ended_at": now} if step.is_final else {}
            stored.filter(call_id=step.call.id).update(state=step.state, **ended)


def _row(run_id: UUID, step: Step) -> RunStep:
    return RunStep(
        run_id=run_id,
        round=step.round,
        position=step.position,
        call_id=step.call.id,
        name=step.call.name,
        arguments=step.call.arguments,
        said=step.said,
        state=step.state,
        result=step.result,
    )


def steps_of(run_id: UUID) -> tuple[Step, ...]:
    """The run's steps in order, with what persons have decided."""
    rows = RunStep.objects.filter(run_id=run_id).order_by("round", "position")
    return tuple(
        Step(
            call=ToolCall(row.call_id, row.name, row.arguments),
            round=row.round,
            position=row.position,
            said=row.said,
            state=cast(StepState, row.state),
            result=row.result,
            decision=cast(Decision, row.decision),
            reason=row.reason,
        )
        for row in rows
    )
