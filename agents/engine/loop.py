"""One run: ask the model, do its tool calls, feed the results back, until it has answered."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from dataclasses import dataclass, replace

from agents.engine.call_bounds import CallBounds
from agents.engine.deltas import FinishReason, ToolCallDelta
from agents.engine.errors import ErrorKind
from agents.engine.events import EndStatus, Event, Status, Usage
from agents.engine.limits import Limits
from agents.engine.messages import ChatMessage, ModelRequest, ToolCall
from agents.engine.model_call import ModelCall, Streams
from agents.engine.statuses import Translate, too_many
from agents.engine.tool_round import ToolRound
from agents.engine.tools import ToolBox

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the run ended; always the last value, and exactly one.

    `error` is the fallback's key when the status is error. `finish` is the upstream's reason when it is
    completed: `length` means that the answer can be continued. `detail` is for logs only.
    """

    status: EndStatus
    error: ErrorKind | None = None
    finish: FinishReason | None = None
    detail: str = ""


async def run(
    request: ModelRequest,
    provider: Streams,
    tools: ToolBox,
    limits: Limits,
    *,
    used_ids: Iterable[str] = (),
    translate: Translate = str,
) -> AsyncGenerator[Event | Outcome, None]:
    """Yields the run's events as they come (never Start, End or Error), then one Outcome.

    - Completed needs a terminal reason from the upstream *and* something to read: an answer without any text
      (filtered, or reasoning only) is an error, so that nobody is left with an empty message.
    - Tool calls are made whatever the finish reason says ("stop" with calls is common), except for `length`
      and `content_filter`, which cut them.
    - To stop a run, cancel the task that consumes it; leave it inside `contextlib.aclosing` so that the
      upstream connection and the tools are closed before anything else happens.
    - `used_ids` are the call ids that the run's log has already, from before an interruption.
    - `translate` is applied to the sentences of status events.
    """
    gives_up_at = asyncio.get_running_loop().time() + limits.total_s
    run = _Run(request, tools, limits, used_ids)
    for turn in range(limits.max_turns):
        call = ModelCall(provider, run.request, limits, separator=run.separator)
        async with aclosing(call.events(gives_up_at, translate)) as events:
            async for event in events:
                yield event
        if usage := run.add(call):
            yield usage
        if outcome := run.outcome_of(call):
            yield outcome
            return
        if turn + 1 == limits.max_turns:
            break
        calls = run.bounds.of_one_answer(run.unique(call.calls))
        if dropped := run.bounds.dropped:
            yield Status(too_many(len(calls) + dropped, len(calls), translate))
        tool_round = ToolRound(calls, tools, limits, run.bounds.repeated(calls))
        async with aclosing(tool_round.events(gives_up_at, translate)) as events:
            async for event in events:
                yield event
        if tool_round.timed_out:
            yield _failed("timeout", "the run's deadline passed in a tool")
            return
        run.feed_back(call.text, calls, tool_round, is_last_round=turn + 2 == limits.max_turns)
    yield _failed("too_many_steps", f"the model asked for tools {limits.max_turns} times")


class _Run:
    """What is carried from one model call to the next."""

    def __init__(
        self, request: ModelRequest, tools: ToolBox, limits: Limits, used_ids: Iterable[str]
    ) -> None:
        self.request = replace(request, tools=tools.specs())
        self._said = bool(request.continue_from.strip())
        self._used_ids: set[str] = set(used_ids)
        self.bounds = CallBounds(limits)
        self._prompt_tokens = 0
        self._completion_tokens = 0
        self.separator = ""

    def add(self, call: ModelCall) -> Usage | None:
        """Counts the call in; its usage event carries the run's totals so far."""
        text = call.text
        self._said = self._said or bool(text.strip())
        if text:
            self.separator = "" if text.endswith("\n") else "\n\n"
        if call.usage is None:
            return None
        self._prompt_tokens += call.usage.prompt_tokens
        self._completion_tokens += call.usage.completion_tokens
        model = call.usage.model or self.request.model
        return Usage(self._prompt_tokens, self._completion_tokens, model)

    def outcome_of(self, call: ModelCall) -> Outcome | None:
        """The end of the run, or None when there are tools to call."""
        if call.error:
            return _failed(call.error.kind, call.error.detail)
        if call.calls and call.finish not in ("length", "content_filter"):
            return None
        if not self._said:
            return _failed("default", f"the model finished ({call.finish}) without any text")
        return Outcome("completed", finish="stop" if call.finish == "tool_calls" else call.finish)

    def unique(self, deltas: list[ToolCallDelta]) -> list[ToolCall]:
        """The calls with ids that no other call of this run has; some models number each round from zero."""
        calls = []
        for delta in deltas:
            base = delta.id or f"call_{len(self._used_ids) + 1}"
            call_id, number = base, 2
            while call_id in self._used_ids:
                call_id, number = f"{base}-{number}", number + 1
            self._used_ids.add(call_id)
            calls.append(ToolCall(call_id, delta.name, delta.arguments))
        return calls

    def feed_back(
        self, text: str, calls: list[ToolCall], tool_round: ToolRound, *, is_last_round: bool
    ) -> None:
        asked = ChatMessage("assistant", text, tool_calls=tuple(calls))
        request = self.request.with_continuation_spelled_out()
        results = self.bounds.with_notes(tool_round.results, is_last_round=is_last_round)
        self.request = replace(request, messages=(*request.messages, asked, *results))


def _failed(kind: ErrorKind, detail: str) -> Outcome:
    logger.warning("The model gave no whole answer: %s: %s", kind, detail)
    return Outcome("error", error=kind, detail=detail)
