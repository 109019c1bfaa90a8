"""One run: ask the model, do its tool calls, feed the results back, until it has answered or has to wait."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Literal

from agents.engine.account import Account
from agents.engine.arguments import NAME_CHARS, line
from agents.engine.call_bounds import CallBounds
from agents.engine.deltas import FinishReason, ToolCallDelta
from agents.engine.errors import ErrorKind
from agents.engine.events import Approval, Content, EndStatus, Event, Status
from agents.engine.gate import Gate, Open
from agents.engine.limits import Limits
from agents.engine.messages import ModelRequest, ToolCall
from agents.engine.model_call import ModelCall, Streams
from agents.engine.statuses import Translate, too_many
from agents.engine.steps import Before, Kept, Step, separator_after, told_again, with_round
from agents.engine.text import storable
from agents.engine.tool_round import ToolRound
from agents.engine.tools import ToolBox

logger = logging.getLogger(__name__)

#: Characters of a call's arguments; what is longer is cut, and so is no JSON any more.
ARGUMENTS_CHARS = 500_000
#: Every call may be made.
OPEN = Open()


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the run ended, or that it waits; always the last value, and exactly one.

    `error` is the fallback's key when the status is error. `finish` is the upstream's reason when it is
    completed: `length` means that the answer can be continued. `asked` are the calls that a person is asked
    about when it waits. `detail` is for logs only.
    """

    status: EndStatus | Literal["waiting"]
    error: ErrorKind | None = None
    finish: FinishReason | None = None
    asked: tuple[Approval, ...] = ()
    detail: str = ""


async def run(  # noqa: PLR0913 (each is one thing that a run has, and most have a default)
    request: ModelRequest,
    provider: Streams,
    tools: ToolBox,
    limits: Limits,
    *,
    gate: Gate = OPEN,
    before: Before | None = None,
    account: Account | None = None,
    translate: Translate = str,
) -> AsyncGenerator[Event | Kept | Outcome, None]:
    """Yields the run's events as they come (never Start, End or Error), then one Outcome.

    - Completed needs a terminal reason from the upstream *and* something to read: an answer without any text
      (filtered, or reasoning only) is an error, so that nobody is left with an empty message.
    - Tool calls are made whatever the finish reason says ("stop" with calls is common), except for `length`
      and `content_filter`, which cut them.
    - Tool calls come as Kept values: events, and steps to be stored with them. The loop goes on when it is
      asked for the next value, so whoever stores before asking has every call stored before it is made.
    - Calls that `gate` wants a person to decide on are left when the others of the round are done, and the
      outcome is `waiting`. The run goes on with `before`, where the decisions are in the steps.
    - `before` is what an earlier holder left. Steps with a result are not made again.
    - `account` is asked before each call of the model; with its refusal the run ends. Whoever cancels a run
      closes the account, which counts the call that was cut.
    - To stop a run, cancel the task that consumes it; leave it inside `contextlib.aclosing` so that the
      upstream connection and the tools are closed before anything else happens.
    - `translate` is applied to the sentences of status events.
    """
    gives_up_at = asyncio.get_running_loop().time() + limits.total_s
    before = before or Before(text=request.continue_from)
    run = _Run(request, tools, gate, limits, before, account or Account(before=before.usage))
    async with aclosing(run.told(provider, gives_up_at, translate)) as values:
        async for value in values:
            yield value
            if isinstance(value, Outcome):
                return
    yield _failed("too_many_steps", f"the model asked for tools {limits.max_turns} times")


class _Run:
    """What is carried from one model call to the next."""

    def __init__(
        self,
        request: ModelRequest,
        tools: ToolBox,
        gate: Gate,
        limits: Limits,
        before: Before,
        account: Account,
    ) -> None:
        self._tools = tools
        self._gate = gate
        self._limits = limits
        rounds = before.rounds
        self._left_open = rounds[-1] if rounds and not all(step.is_final for step in rounds[-1]) else []
        self._rounds = len(rounds)
        self._request = told_again(replace(request, tools=tools.specs()), before)
        self._length = len(before.text)
        self._last_char = before.text[-1:]
        self._said = bool(before.text.strip())
        self._used_ids = {step.call.id for step in before.steps}
        self._bounds = CallBounds(limits)
        self._bounds.recall(step.call for step in before.steps)
        self._account = account

    async def told(
        self, provider: Streams, gives_up_at: float, translate: Translate
    ) -> AsyncGenerator[Event | Kept | Outcome, None]:
        """Everything up to an Outcome; without one when the model has had all its turns."""
        if self._left_open:
            async with aclosing(self._call_tools(None, gives_up_at, translate)) as values:
                async for value in values:
                    yield value
        for turn in range(self._rounds, self._limits.max_turns):
            if refusal := await self._account.refusal(self._limits):
                yield _failed(refusal, "the run has used all that it may")
            call = self._model_call(provider)
            self._account.begin(call)
            async with aclosing(call.events(gives_up_at, translate)) as events:
                async for event in events:
                    self._hear(event)
                    yield event
            if usage := self._account.close():
                yield usage
            if outcome := self._outcome_of(call):
                yield outcome
            if turn + 1 == self._limits.max_turns:
                return
            async with aclosing(self._call_tools(call, gives_up_at, translate)) as values:
                async for value in values:
                    yield value

    def _model_call(self, provider: Streams) -> ModelCall:
        separator = "" if self._request.continue_from else separator_after(self._last_char)
        return ModelCall(provider, self._request, self._limits, separator=separator)

    def _hear(self, event: Event) -> None:
        if isinstance(event, Content):
            self._length += len(event.md)
            self._last_char = event.md[-1:]
            self._said = self._said or bool(event.md.strip())

    def _outcome_of(self, call: ModelCall) -> Outcome | None:
        """The end of the run, or None when there are tools to call."""
        if call.error:
            return _failed(call.error.kind, call.error.detail)
        if call.calls and call.finish not in ("length", "content_filter"):
            return None
        if not self._said:
            return _failed("default", f"the model finished ({call.finish}) without any text")
        return Outcome("completed", finish="stop" if call.finish == "tool_calls" else call.finish)

    async def _call_tools(
        self, call: ModelCall | None, gives_up_at: float, translate: Translate
    ) -> AsyncGenerator[Event | Kept | Outcome, None]:
        """The round that the model call asked for, or without one the round that was left open.

        Ends with an Outcome where the run cannot go on.
        """
        if call is None:
            said = self._request.continue_from
            self._request = replace(self._request, continue_from="")
            tool_round = self._round(self._left_open, frozenset())
            values = tool_round.resume(gives_up_at, translate)
        else:
            said = call.text
            calls = self._bounds.of_one_answer(self._unique(call.calls))
            if dropped := self._bounds.dropped:
                yield Status(too_many(len(calls) + dropped, len(calls), translate))
            tool_round = self._round(self._new_steps(calls), self._bounds.repeated(calls))
            self._rounds += 1
            values = tool_round.begin(gives_up_at, translate)
        async with aclosing(values):
            async for value in values:
                yield value
        if tool_round.timed_out:
            yield _failed("timeout", "the run's deadline passed in a tool")
        elif tool_round.waits:
            yield Outcome("waiting", asked=tool_round.asked)
        else:
            self._request = with_round(self._request, said, tool_round.steps)

    def _round(self, steps: list[Step], repeated: frozenset[str]) -> ToolRound:
        is_last = steps[0].round + 2 == self._limits.max_turns
        note = self._bounds.note(is_last_round=is_last)
        return ToolRound(steps, self._tools, self._gate, self._limits, repeated=repeated, note=note)

    def _new_steps(self, calls: list[ToolCall]) -> list[Step]:
        return [Step(call, self._rounds, place, self._length) for place, call in enumerate(calls)]

    def _unique(self, deltas: list[ToolCallDelta]) -> list[ToolCall]:
        """The calls with ids that no other call of this run has; some models number each round from zero.

        They are what every store takes: a row of it is what the model is told of its call later.
        """
        calls = []
        for delta in deltas:
            base = line(storable(delta.id)) or f"call_{len(self._used_ids) + 1}"
            call_id, number = base, 2
            while call_id in self._used_ids:
                call_id, number = f"{base}-{number}", number + 1
            self._used_ids.add(call_id)
            name, arguments = storable(delta.name)[:NAME_CHARS], storable(delta.arguments)
            calls.append(ToolCall(call_id, name, arguments[:ARGUMENTS_CHARS]))
        return calls


def _failed(kind: ErrorKind, detail: str) -> Outcome:
    logger.warning("The model gave no whole answer: %s: %s", kind, detail)
    return Outcome("error", error=kind, detail=detail)
