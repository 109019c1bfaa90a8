"""Following a run that belongs to no conversation, for the one program that asked for it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from accounts.admissions import Admission, ended
from agents.database import in_database
from agents.engine.events import End, Usage
from agents.engine.fold import RunFold
from agents.engine.pump import Pump
from agents.eventlog import StoredEvent, follow
from agents.selectors import finish_of
from chat.services.completions import abandon_completion
from chat.streams import coming

if TYPE_CHECKING:
    from agents.models import Run

#: Ends of a run that leave an answer which is only shorter than it might have been.
CUT_SHORT = ("run_limit", "too_many_steps")


@dataclass(frozen=True)
class Outcome:
    """``error`` is the key of the fallback, empty for an answer; ``finish`` why there is no more of it."""

    error: str
    finish: str
    usage: Usage | None


async def events_of(run: "Run", admission: Admission) -> AsyncGenerator[list[StoredEvent], None]:
    """The events as they come, and nothing at all now and then while there are none.

    A run that is left is stopped: whoever closes this before its end waits for it no longer. So is one whose
    caller may not go on; then it ends without an end.
    """
    over = False
    watch = asyncio.create_task(ended(admission))
    try:
        async with Pump(follow(run.pk)) as pump, aclosing(coming(pump, [watch])) as portions:
            async for events in portions:
                over = bool(events) and events[-1].type == End.type
                yield events
    finally:
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)
        if not over:
            await asyncio.shield(in_database(abandon_completion, run))


async def outcome_of(run: "Run", fold: RunFold) -> Outcome:
    """What the run came to, all its events applied."""
    if fold.end is None:
        return Outcome("cancelled", "", fold.usage)
    if fold.end.status == "completed":
        return Outcome("", await in_database(finish_of, run.pk) or "stop", fold.usage)
    if fold.error in CUT_SHORT and fold.text:
        return Outcome("", "length", fold.usage)
    return Outcome(fold.error or fold.end.status, "", fold.usage)
