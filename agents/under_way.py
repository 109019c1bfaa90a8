"""The runs this process executes, and the bounds and the pace that they have."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.conf import settings

from agents import metrics
from agents.engine import pace
from agents.engine.limits import Limits
from agents.models import Run

#: True once somebody has asked for the stop of one.
_under_way: dict[UUID, bool] = {}
metrics.runs_under_way.set_function(lambda: len(_under_way))


@contextmanager
def under_way(run: Run) -> Iterator[None]:
    """The run is executed in the block; it may have been stopped before."""
    _under_way[run.pk] = run.cancel_requested_at is not None
    try:
        yield
    finally:
        del _under_way[run.pk]


def mark_stopped(run_id: UUID) -> bool:
    """Says that the cancellation about to come is a person's stop. False if the run is not under way here."""
    if run_id not in _under_way:
        return False
    _under_way[run_id] = True
    return True


def is_stopped(run_id: UUID) -> bool:
    """Whether somebody has asked for the stop of a run that is under way here."""
    return _under_way[run_id]


def is_under_way(run_id: UUID) -> bool:
    """Whether this process executes the run, claimed and not yet ended."""
    return run_id in _under_way


def limits() -> Limits:
    """The bounds of one run, from the settings."""
    return Limits(
        first_token_s=settings.MODEL_FIRST_TOKEN_TIMEOUT,
        silence_s=settings.MODEL_TIMEOUT,
        total_s=settings.MODEL_TOTAL_TIMEOUT,
        max_tokens=settings.MAX_RUN_TOKENS or None,
        max_cost=settings.MAX_RUN_COST,
    )


def coalesce_interval() -> float:
    """Seconds of text in one event: short while few runs stream, longer under load (larger commits)."""
    return pace.interval(len(_under_way))
