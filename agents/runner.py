"""One run against the database: from its claim to its settled end, whoever held it before."""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop, override

from accounts.preferences import language_for, zone_for
from agents.database import in_database
from agents.engine import loop
from agents.engine.coalesce import coalesce
from agents.engine.events import Content, End, EndStatus, Error, Event, Start, Status, ToolEnd
from agents.engine.fold import RunFold, ToolRow
from agents.engine.limits import Limits
from agents.engine.loop import Outcome
from agents.engine.messages import ModelRequest
from agents.engine.recovery import with_calls_recalled
from agents.eventlog import LogConflict, RunLog, StoredEvent, read
from agents.fallbacks import fallback_for
from agents.leases import WORKER
from agents.models import Run
from agents.models.run import RunState
from agents.providers.registry import provider_for
from agents.tools.box import EnabledTools

logger = logging.getLogger(__name__)

#: Seconds between two pieces of text in the log: the shortest, and the longest under load.
COALESCE_SHORTEST = 0.04
COALESCE_LONGEST = 0.2
#: Seconds that one more run under way adds: 40 runs are still at the shortest, 200 at the longest.
COALESCE_BY_RUN = 0.001
#: Processes that may die of one run before it is given up.
MAX_ATTEMPTS = 5
INTERRUPTED = gettext_noop("Continuing after an interruption")
UNKNOWN = gettext_noop("Interrupted: nobody knows whether it was done.")


@dataclass(slots=True)
class Result:
    """What a run came to. ``fold`` is what its events tell; ``finish`` is the model's reason for stopping."""

    status: EndStatus
    error: str
    finish: str
    ms_total: int
    interrupted: bool
    fold: RunFold


#: Called in the transaction that ends the run, in the writer's thread.
Settle = Callable[[Result], None]

#: The runs this process executes; True once somebody has asked for the stop of one.
_under_way: dict[UUID, bool] = {}


def mark_stopped(run_id: UUID) -> bool:
    """Says that the cancellation about to come is a person's stop. False if the run is not under way here."""
    if run_id not in _under_way:
        return False
    _under_way[run_id] = True
    return True


async def execute(run: Run, request: ModelRequest, settle: Settle) -> Result:
    """Streams a claimed run into its log and ends it, exactly once. Goes on where an earlier holder stopped.

    Cancelled after ``mark_stopped`` it ends as cancelled and keeps what there is; cancelled otherwise (a
    shut-down) it leaves the log open for the next holder. Raises LogConflict when another holder has it.
    """
    _under_way[run.pk] = run.cancel_requested_at is not None
    try:
        return await _Execution(run, settle).go(request)
    finally:
        del _under_way[run.pk]


class _Execution:
    def __init__(self, run: Run, settle: Settle) -> None:
        self.run = run
        self.settle = settle
        self.log = RunLog(run.pk)
        self.fold = RunFold()
        self.interrupted = False
        self.calls_before: list[ToolRow] = []
        self.provider = ""
        self.model = ""
        self.began = time.monotonic()

    async def go(self, request: ModelRequest) -> Result:
        await self._open()
        try:
            outcome = await self._answer(request)
        except asyncio.CancelledError:
            if not _under_way[self.run.pk]:
                raise
            outcome = Outcome(status="cancelled")
        except LogConflict:
            raise
        except Exception:
            # The border of the worker: whatever broke, nobody waits for an answer that never ends.
            logger.exception("run %s broke", self.run.pk)
            outcome = Outcome(status="error", error="default")
        return await asyncio.shield(self._end(outcome))

    async def _open(self) -> None:
        """Writes the first events, or takes up the log of an earlier holder."""
        earlier = await in_database(read, self.run.pk) if self.run.started_at else []
        if earlier:
            self._take_up(earlier)
            await self._write(*self._cut_calls(), Status(text=self._in_their_words(INTERRUPTED)))
            return
        await self._write(
            Start(run_id=str(self.run.pk), agent_id=str(self.run.agent_id), agent_name=self.run.agent.name)
        )
        if self.run.continue_from:
            await self._write(Content(md=self.run.continue_from))

    def _take_up(self, earlier: list[StoredEvent]) -> None:
        self.log.seq = earlier[-1].seq
        for stored in earlier:
            self.fold.apply(stored.event, stored.ts)
        self.interrupted = True
        self.began -= (datetime.now(UTC) - earlier[0].ts).total_seconds()

    def _cut_calls(self) -> list[Event]:
        """An end for each call that has none. The rows for the model keep that its outcome is unknown."""
        self.calls_before = [replace(row) for row in self.fold.tools.values()]
        unknown = self._in_their_words(UNKNOWN)
        return [
            ToolEnd(row.call_id, row.name, "error", 0, unknown)
            for row in self.calls_before
            if row.status == "running"
        ]

    async def _answer(self, request: ModelRequest) -> Outcome:
        if _under_way[self.run.pk]:
            return Outcome(status="cancelled")
        if self.run.attempt > MAX_ATTEMPTS:
            logger.error("run %s has broken %d processes; giving it up", self.run.pk, MAX_ATTEMPTS)
            return Outcome(status="error", error="default")
        provider, self.model = provider_for(request.model)
        self.provider = provider.name
        request = replace(request, model=self.model, continue_from=self.fold.text)
        # In a thread: the first box of a process imports what schemas are made with.
        tools = await asyncio.to_thread(EnabledTools, self.run.agent.tools, self._in_their_words)
        told = loop.run(
            with_calls_recalled(request, self.calls_before),
            provider,
            tools,
            limits(),
            used_ids=self.fold.tools.keys(),
            translate=self._in_their_words,
        )
        with timezone.override(zone_for(self.run.owner) if self.run.owner else None):
            async with aclosing(coalesce(told, coalesce_interval)) as events:
                async for event in events:
                    if isinstance(event, Outcome):
                        return event
                    await self._write(event)
        return Outcome(status="error", error="default")

    def _in_their_words(self, text: str) -> str:
        """The sentence in the language of whoever asked."""
        with override(language_for(self.run.owner) if self.run.owner else settings.LANGUAGE_CODE):
            return gettext(text)

    async def _write(self, *events: Event, settle: Callable[[], None] | None = None) -> None:
        now = datetime.now(UTC)
        for event in events:
            self.fold.apply(event, now)
        await self.log.append(*events, settle=settle)

    async def _end(self, outcome: Outcome) -> Result:
        ms_total = int((time.monotonic() - self.began) * 1000)
        result = Result(
            outcome.status, outcome.error or "", outcome.finish or "", ms_total, self.interrupted, self.fold
        )
        last: list[Event] = []
        if result.status == "error":
            with override("en"):  # the log is nobody's page; a page says it in its reader's language
                last.append(Error(error=result.error, fallback_message=fallback_for(result.error)))
        last.append(
            End(
                status=result.status,
                ms_total=ms_total,
                tool_calls=len(self.fold.tools),
                answer_id=str(self.run.answer_id),
            )
        )
        await self._write(*last, settle=lambda: self._settle_rows(result))
        return result

    def _settle_rows(self, result: Result) -> None:
        usage = self.fold.usage
        Run.objects.filter(pk=self.run.pk, worker=WORKER).update(
            state=RunState(result.status),
            error=result.error,
            provider=self.provider,
            model=(usage.model if usage else "") or self.model,
            prompt_tokens=usage.prompt_tokens if usage else None,
            completion_tokens=usage.completion_tokens if usage else None,
            ended_at=timezone.now(),
        )
        self.settle(result)


def limits() -> Limits:
    """The deadlines of one run, from the settings, in seconds."""
    return Limits(
        first_token_s=settings.MODEL_FIRST_TOKEN_TIMEOUT,
        silence_s=settings.MODEL_TIMEOUT,
        total_s=settings.MODEL_TOTAL_TIMEOUT,
    )


def coalesce_interval() -> float:
    """Seconds of text in one event: short while few runs stream, longer under load (larger commits)."""
    return min(COALESCE_LONGEST, max(COALESCE_SHORTEST, len(_under_way) * COALESCE_BY_RUN))
