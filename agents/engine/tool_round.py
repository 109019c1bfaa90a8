"""The tool calls of one model answer, run side by side and told as events."""

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from typing import Any

from agents.engine.events import ARGS_SUMMARY_CHARS, RESULT_SUMMARY_CHARS, Event, Status, ToolEnd, ToolStart
from agents.engine.limits import Limits
from agents.engine.messages import ChatMessage, ToolCall
from agents.engine.statuses import NO_OBJECT, NO_SUCH_TOOL, NO_TIME, TOO_OFTEN, Translate, using
from agents.engine.tools import ToolBox, ToolResult

NAME_CHARS = 100
USE_IT = "Use the result you have, or try something else."


class ToolRound:
    """Runs the calls; `results` then holds one tool message a call, in the order of the calls.

    A call that cannot be made (no such tool, arguments that are no JSON object, its id in `repeated`) is
    answered with an error for the model to read, like one that failed. Past the deadline what still runs is
    cancelled, and `timed_out` is set.
    """

    def __init__(
        self,
        calls: list[ToolCall],
        tools: ToolBox,
        limits: Limits,
        repeated: frozenset[str] = frozenset(),
    ) -> None:
        self._calls = calls
        self._repeated = repeated
        self._tools = tools
        self._limits = limits
        self._known = {spec.name for spec in tools.specs()}
        self._answers: dict[str, ToolResult] = {}
        self.timed_out = False

    @property
    def results(self) -> tuple[ChatMessage, ...]:
        return tuple(
            ChatMessage("tool", self._answers[call.id].content, tool_call_id=call.id) for call in self._calls
        )

    async def events(self, gives_up_at: float, translate: Translate = str) -> AsyncGenerator[Event, None]:
        clock = asyncio.get_running_loop().time
        began = clock()
        for call in self._calls:
            yield ToolStart(call.id, _line(call.name, NAME_CHARS), self._args_summary(call))
        tasks = {asyncio.create_task(self._answer(call, translate)): call for call in self._calls}
        try:
            running, told = set(tasks), set[asyncio.Task[ToolResult]]()
            while running:
                patience = min(self._limits.status_s, max(0.0, gives_up_at - clock()))
                _, running = await asyncio.wait(
                    running, timeout=patience, return_when=asyncio.FIRST_COMPLETED
                )
                done = [task for task in tasks if task.done() and task not in told]
                told.update(done)
                for task in done:
                    for event in self._end(tasks[task], task.result(), clock() - began):
                        yield event
                if running and clock() >= gives_up_at:
                    self.timed_out = True
                    break
                if not done:
                    names = [_line(tasks[task].name, NAME_CHARS) for task in tasks if task in running]
                    yield Status(using(names, round(clock() - began), translate))
        finally:
            await _cancel([task for task in tasks if not task.done()])
        for task in (task for task in tasks if task in running):
            stopped = ToolResult(NO_TIME, translate(NO_TIME), ok=False)
            for event in self._end(tasks[task], stopped, clock() - began):
                yield event

    def _args_summary(self, call: ToolCall) -> str:
        arguments = _arguments(call)
        if call.name not in self._known or arguments is None:
            return ""  # nobody knows where the secrets are in this
        return _line(self._tools.summarise(call, arguments), ARGS_SUMMARY_CHARS)

    async def _answer(self, call: ToolCall, translate: Translate) -> ToolResult:
        if call.name not in self._known:
            names = ", ".join(sorted(self._known)) or "none"
            return ToolResult(f"{NO_SUCH_TOOL} Tools: {names}.", translate(NO_SUCH_TOOL), ok=False)
        if call.id in self._repeated:
            return ToolResult(f"{TOO_OFTEN} {USE_IT}", translate(TOO_OFTEN), ok=False)
        arguments = _arguments(call)
        if arguments is None:
            return ToolResult(NO_OBJECT, translate(NO_OBJECT), ok=False)
        return await self._tools.call(call, arguments)

    def _end(self, call: ToolCall, result: ToolResult, seconds: float) -> list[Event]:
        self._answers[call.id] = result
        return [
            *result.events,
            ToolEnd(
                call_id=call.id,
                name=_line(call.name, NAME_CHARS),
                status="ok" if result.ok else "error",
                ms=round(seconds * 1000),
                result_summary=_line(result.summary, RESULT_SUMMARY_CHARS),
            ),
        ]


async def _cancel(tasks: list[asyncio.Task[ToolResult]]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)


def _arguments(call: ToolCall) -> Mapping[str, Any] | None:
    """The parsed arguments; none at all count as an empty object. None when they are no JSON object."""
    try:
        arguments = json.loads(call.arguments or "{}")
    except (ValueError, RecursionError):
        return None
    return arguments if isinstance(arguments, dict) else None


def _line(text: str, most: int) -> str:
    """One line of at most `most` characters."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"
