"""One run against the database: from its claim to its settled end, whoever held it before."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop, override

from accounts.preferences import language_for, zone_for
from agents import budgets, eventlog, log_ids, metrics, traces
from agents.database import AWAY, in_database
from agents.delegation import Delegation, Tell
from agents.engine import loop
from agents.engine.account import Account
from agents.engine.coalesce import coalesce
from agents.engine.errors import ErrorKind
from agents.engine.events import (
    Approval,
    Content,
    End,
    EndStatus,
    Error,
    Event,
    Rationale,
    Scope,
    Start,
    Status,
    Usage,
)
from agents.engine.fold import RunFold
from agents.engine.loop import Outcome
from agents.engine.messages import ModelRequest
from agents.engine.steps import Before, Kept, Step
from agents.eventlog import LogConflict, RunLog, StoredEvent
from agents.fallbacks import fallback_for
from agents.held_runs import Parked, Result, end_held, park_held, store_steps_held
from agents.models import Run
from agents.prices import price_of
from agents.providers.registry import OFFLINE, provider_for
from agents.selectors import may_change
from agents.stored_steps import steps_of
from agents.toolboxes import toolbox_for
from agents.tools.base import CallContext, CallWaits
from agents.under_way import coalesce_interval, is_stopped, limits, under_way
from agents.usage_totals import Spent, spent

logger = logging.getLogger(__name__)

#: Processes that may die of one run before it is given up.
MAX_ATTEMPTS = 5
INTERRUPTED = gettext_noop("Continuing after an interruption")


#: Called in the transaction that ends the run, in the writer's thread.
Settle = Callable[[Result], None]


def begin(run: Run) -> list[StoredEvent]:
    """The first events of a run that nobody has held before, in the transaction in which it is taken."""
    start = Start(run_id=str(run.pk), agent_id=str(run.agent_id), agent_name=run.agent.name)
    return eventlog.begin(run.pk, start, *([Content(md=run.continue_from)] if run.continue_from else []))


async def execute(
    run: Run,
    request: ModelRequest,
    settle: Settle,
    begun: Sequence[StoredEvent] = (),
    parked: Parked = lambda: None,
) -> Result | None:
    """Streams a held run into its log and ends it, exactly once. Goes on where an earlier holder stopped.

    ``begun`` is what ``begin`` has stored, if the run has had no earlier holder.

    None for a run that has to wait for a person: it is parked, and nobody holds it; ``parked`` is called in
    the transaction that asks something new.

    Cancelled after ``under_way.mark_stopped`` it ends as cancelled and keeps what there is; cancelled
    otherwise (a shut-down) it leaves the log open for the next holder. Raises LogConflict when another
    holder has it.
    """
    log_ids.run_id.set(str(run.pk))
    span = traces.span("run", parley__agent=str(run.agent_id), parley__attempt=run.attempt)
    with under_way(run), span as said:
        in_chat = run.transcript is None
        execution = _Execution(run, settle, _nobody, lambda: False, parked, in_chat=in_chat)
        result = await execution.go(request, begun)
        said["parley.outcome"] = result.status if result else "waiting"
        return result


async def _nobody(_event: Event) -> None:
    """Nobody has to be told what is in the log."""


class _Execution:
    """``tell`` gets each event that is in the log; ``stopped_above`` says whether the parent was stopped.

    Where the run is not ``in_chat`` there are no files, and nobody who could be asked.
    """

    def __init__(
        self,
        run: Run,
        settle: Settle,
        tell: Tell,
        stopped_above: Callable[[], bool],
        parked: Parked = lambda: None,
        *,
        in_chat: bool,
    ) -> None:
        self.run = run
        self.settle = settle
        self._parked = parked
        self._tell = tell
        self._stopped_above = stopped_above
        self._in_chat = in_chat
        self._delegation = Delegation(run, self._answer_of, self._write)
        self.log = RunLog(run.pk)
        self.fold = RunFold()
        self.interrupted = False
        self.steps: tuple[Step, ...] = ()
        self.provider = ""
        self.model = ""
        self.account = Account()
        self._counted: Usage | None = None  # what is in the log and in the totals
        self.began = time.monotonic()
        self.silent = True

    async def go(self, request: ModelRequest, begun: Sequence[StoredEvent]) -> Result | None:
        try:
            return await self._go(request, begun)
        except LogConflict:
            await self._count_unwritten()
            raise

    async def _go(self, request: ModelRequest, begun: Sequence[StoredEvent]) -> Result | None:
        await self._open(begun)
        try:
            outcome = await self._answer(request)
        except asyncio.CancelledError:
            if not self._is_stopped():
                await self._count_cut()
                raise
            outcome = Outcome(status="cancelled")
        except (LogConflict, *AWAY):
            raise  # the log stays open: whoever has the run next goes on with it
        except Exception:
            # The border of the worker: whatever broke, nobody waits for an answer that never ends.
            logger.exception("run %s broke", self.run.pk)
            outcome = Outcome(status="error", error="default")
        return await self._undisturbed(self._close(outcome))

    async def _count_cut(self) -> None:
        """Before the run is left to its next holder, or to nobody: what the call that was cut has used."""
        if cut := self.account.close():
            await self._write(cut)

    async def _count_unwritten(self) -> None:
        """The log is gone, or another's: what was used all the same, so that no deletion gives it back."""
        self.account.close()
        if self.account.usage is None or self.account.usage == self._counted:
            return
        lost = spent(self.run.owner, self.run.agent, self._counted, self.account.usage)
        if await in_database(Run.objects.filter(pk=self.run.pk).exists):
            lost = replace(lost, runs=0, unpriced=0)  # whoever has the run counts it
        await eventlog.spend(lost)

    async def _undisturbed(self, closing: Coroutine[Any, Any, Result | None]) -> Result | None:
        """A stop that comes while the run is closed changes nothing any more, and is no reason to leave."""
        task = asyncio.ensure_future(closing)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if not self._is_stopped():
                raise
            return await task

    def _is_stopped(self) -> bool:
        return is_stopped(self.run.pk) or self._stopped_above()

    async def _close(self, outcome: Outcome) -> Result | None:
        if outcome.status == "waiting":
            await self._park(outcome.asked)
            return None
        return await self._end(outcome, outcome.status)

    async def _open(self, begun: Sequence[StoredEvent]) -> None:
        """Tells of the first events, or takes up the log of an earlier holder."""
        if begun:
            self._take_in(begun)
            await eventlog.publish(self.run.pk, begun)
            return
        earlier, self.steps = await in_database(_left_of, self.run.pk)
        if earlier:
            self._take_in(earlier)
            self.silent = False  # the first text may have come long ago
            self.began -= self._worked_before(earlier[0].ts)
        if self.fold.parked_at is None:
            self.interrupted = bool(earlier)
            await self._write(Status(text=self._in_their_words(INTERRUPTED)))

    def _take_in(self, events: Sequence[StoredEvent]) -> None:
        self.log.seq = events[-1].seq
        for stored in events:
            self.fold.apply(stored.event, stored.ts)
        self._counted = self.fold.usage

    def _worked_before(self, start: datetime) -> float:
        """Seconds since the start without those in which a person was waited for."""
        now = datetime.now(UTC)
        waiting = now - self.fold.parked_at if self.fold.parked_at else timedelta()
        return (now - start - waiting).total_seconds() - self.fold.parked_s

    async def _answer(self, request: ModelRequest) -> Outcome:
        if self._is_stopped():
            return Outcome(status="cancelled")
        if self.run.attempt > MAX_ATTEMPTS:
            logger.error("run %s has broken %d processes; giving it up", self.run.pk, MAX_ATTEMPTS)
            return Outcome(status="error", error="default")
        provider, self.model = provider_for(request.model)
        self.provider = provider.name
        request = replace(request, model=self.model, continue_from="")
        price = price_of(self.model, free=provider.name == OFFLINE)
        self.account = Account(price, self._may_ask, self.fold.usage)
        agent = self.run.agent
        tools = await toolbox_for(agent.tools, self._in_their_words, self._context(), agent.tool_policies)
        told = loop.run(
            request,
            provider,
            tools,
            limits(),
            gate=tools,
            before=Before(self.steps, self.fold.text),
            account=self.account,
            translate=self._in_their_words,
        )
        with timezone.override(zone_for(self.run.owner) if self.run.owner else None):
            async with aclosing(tools), aclosing(coalesce(told, coalesce_interval)) as events:
                async for event in events:
                    if isinstance(event, Outcome):
                        return event
                    await self._keep(event)
        return Outcome(status="error", error="default")

    async def _may_ask(self, used: Usage | None) -> ErrorKind | None:
        run = self.run
        return await in_database(budgets.refusal, owner_id=run.owner_id, agent_id=run.agent_id, used=used)

    def _context(self) -> CallContext:
        run = self.run
        return CallContext(
            run.owner_id,
            run.agent_id,
            run.chat_id if self._in_chat else None,
            run.pk if self._in_chat else None,
            cited=tuple(self.fold.citations),
            delegate=self._delegation.ask,
        )

    async def _answer_of(
        self, run: Run, request: ModelRequest, begun: Sequence[StoredEvent], tell: Tell
    ) -> str | None:
        """What another agent says that ours has asked; its run ends with this one, and is stopped with it.

        Raises CallWaits where it has to wait for a person.
        """
        with under_way(run):
            child = _Execution(run, _settle_nothing, tell, self._is_stopped, in_chat=self._in_chat)
            result = await child.go(request, begun)
        if result is None:
            raise CallWaits
        return result.fold.text if result.status == "completed" else None

    def _in_their_words(self, text: str) -> str:
        """The sentence in the language of whoever asked."""
        with override(language_for(self.run.owner) if self.run.owner else settings.LANGUAGE_CODE):
            return gettext(text)

    async def _keep(self, told: Event | Kept) -> None:
        """Raises LogConflict when a call is to be made of a run that we do not hold any more."""
        if isinstance(told, Kept):
            await self._write(*told.events, settle=lambda: store_steps_held(self.run.pk, told.steps))
        else:
            await self._write(told)

    async def _park(self, asked: Sequence[Approval]) -> None:
        """Leaves the run to whoever takes it up after a person has decided.

        A parent is told of all that is asked, as it may have died before it could write it down.
        """
        scopes: tuple[Scope, ...] = ("once", "always") if self._asks_its_owner() else ("once",)
        own = [replace(one, scopes=scopes) for one in asked]
        questions: list[Event] = [*own, *self._delegation.questions]
        known = [one for one in questions if self.fold.has_asked(one)]
        new = [one for one in questions if one not in known]
        parked = self._parked if new else lambda: None
        await self._write(*new, settle=lambda: park_held(self.run.pk, self.fold.usage, parked))
        for one in known:
            await self._tell(one)

    def _asks_its_owner(self) -> bool:
        return self.run.owner is not None and may_change(self.run.owner, self.run.agent)

    async def _write(self, *events: Event, settle: Callable[[], None] | None = None) -> None:
        now = datetime.now(UTC)
        for event in events:
            self.fold.apply(event, now)
        amounts = self._new_spent()
        before, self._counted = self._counted, self.fold.usage  # now, as the log's numbers are
        try:
            await self.log.append(*events, settle=settle, spent=amounts)
        except Exception:
            self._counted = before
            raise
        for event in events:
            await self._tell(event)
        if self.silent and isinstance(events[0] if events else None, Content | Rationale):
            self.silent = False
            metrics.first_token_seconds.observe((datetime.now(UTC) - self.run.created_at).total_seconds())

    def _new_spent(self) -> list[Spent]:
        used = self.fold.usage
        if used is None or used == self._counted:
            return []
        return [spent(self.run.owner, self.run.agent, self._counted, used)]

    async def _end(self, outcome: Outcome, status: EndStatus) -> Result:
        ms_total = int((time.monotonic() - self.began) * 1000)
        result = Result(
            status, outcome.error or "", outcome.finish or "", ms_total, self.interrupted, self.fold
        )
        cut = self.account.close()
        last: list[Event] = [cut] if cut else []
        if result.status == "error":
            with override("en"):  # the log is nobody's page; a page says it in its reader's language
                last.append(Error(error=result.error, fallback_message=fallback_for(result.error)))
        last.append(
            End(
                status=result.status,
                ms_total=ms_total,
                tool_calls=self.fold.calls_made,
                answer_id=str(self.run.answer_id),
            )
        )
        await self._write(*last, settle=lambda: self._settle_rows(result))
        _count(result)
        return result

    def _settle_rows(self, result: Result) -> None:
        end_held(self.run.pk, result, provider=self.provider, model=self.model)
        self.settle(result)


def _left_of(run_id: UUID) -> tuple[list[StoredEvent], tuple[Step, ...]]:
    return eventlog.read(run_id), steps_of(run_id)


def _settle_nothing(_result: Result) -> None:
    """A child's answer is the result of a call: no message holds it."""


def _count(result: Result) -> None:
    metrics.runs.labels(result.status, result.error).inc()
    metrics.run_seconds.observe(result.ms_total / 1000)
    if usage := result.fold.usage:
        metrics.tokens.labels("prompt").inc(usage.prompt_tokens)
        metrics.tokens.labels("completion").inc(usage.completion_tokens)
