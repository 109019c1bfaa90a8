"""The tool calls of one model answer, run side by side and told as events; those that wait, left waiting."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from contextlib import aclosing
from dataclasses import replace

from agents.engine.arguments import line, parsed, shown, summary_of
from agents.engine.events import RESULT_SUMMARY_CHARS, Approval, Event, Status, ToolEnd, ToolStart
from agents.engine.gate import Gate
from agents.engine.limits import Limits
from agents.engine.statuses import (
    NO_OBJECT,
    NO_SUCH_TOOL,
    NO_TIME,
    NOBODY_TO_ASK,
    NOT_ALLOWED,
    TOO_OFTEN,
    UNKNOWN,
    Translate,
    using,
)
from agents.engine.steps import Kept, Step, StepState
from agents.engine.text import visible
from agents.engine.tools import ToolBox, ToolResult

USE_IT = "Use the result you have, or try something else."
GO_ON = "Go on without it, or ask for something else."
SAY_SO = "It may have taken effect. Say so rather than making it again if that could do harm."


class ToolRound:
    """Makes the calls of `steps` that may be made; `steps` is then what became of each, in order.

    A call that cannot be made (no such tool, arguments that are no JSON object, its id in `repeated`) is
    answered with an error for the model to read, like one that failed. Past the deadline what still runs is
    cancelled, and `timed_out` is set. `waits` says that some calls have no result yet: a person is asked, or
    what they called is itself waiting. `note` goes after the last result; until then the step carries it, so
    that whoever takes the round up says it too.
    """

    def __init__(
        self,
        steps: Iterable[Step],
        tools: ToolBox,
        gate: Gate,
        limits: Limits,
        *,
        repeated: frozenset[str] = frozenset(),
        note: str = "",
    ) -> None:
        self._steps = {step.call.id: step for step in steps}
        self._tools = tools
        self._gate = gate
        self._limits = limits
        self._repeated = repeated
        self._note = note
        self._known = {spec.name for spec in tools.specs()}
        self.timed_out = False

    @property
    def steps(self) -> list[Step]:
        return list(self._steps.values())

    @property
    def waits(self) -> bool:
        return not all(step.is_final for step in self.steps)

    @property
    def asked(self) -> tuple[Approval, ...]:
        """What a person is to decide before the round can end."""
        return tuple(self._approval(step) for step in self.steps if step.is_undecided)

    async def begin(
        self, gives_up_at: float, translate: Translate = str
    ) -> AsyncGenerator[Event | Kept, None]:
        """For a round that the model has just asked for."""
        last = next(reversed(self._steps))
        self._steps = {
            key: replace(step, state=self._first_state(step), result=self._note if key == last else "")
            for key, step in self._steps.items()
        }
        begun = [step for step in self.steps if step.state == "begun"]
        yield Kept(tuple(self._start(step) for step in begun), tuple(self.steps))
        async with aclosing(self._made(begun, gives_up_at, translate)) as made:
            async for told in made:
                yield told

    async def resume(
        self, gives_up_at: float, translate: Translate = str
    ) -> AsyncGenerator[Event | Kept, None]:
        """For a round that an earlier holder of the run has stored."""
        events, changed, begun = [], [], []
        for step in self.steps:
            event, now = self._taken_up(step, translate)
            if event:
                events.append(event)
            if now != step:
                self._steps[step.call.id] = now
                changed.append(now)
            if now.state == "begun":
                begun.append(now)
        if changed:
            yield Kept(tuple(events), tuple(changed))
        async with aclosing(self._made(begun, gives_up_at, translate)) as made:
            async for told in made:
                yield told

    def _first_state(self, step: Step) -> StepState:
        makeable = self._problem(step, str) is None
        return "asked" if makeable and self._gate.verdict(step.call) == "ask" else "begun"

    def _taken_up(self, step: Step, translate: Translate) -> tuple[Event | None, Step]:
        """The step as it goes on, and what is told of that."""
        if step.state == "asked" and step.decision == "allowed":
            return self._start(step), replace(step, state="begun")
        if step.state == "asked" and step.decision == "denied":
            because = f" The reason: {step.reason}" if step.reason else ""
            return None, self._final(step, "denied", f"{NOT_ALLOWED}{because} {GO_ON}")
        if step.state == "begun" and not self._may_repeat(step):
            end = ToolEnd(step.call.id, line(visible(step.call.name)), "error", 0, translate(UNKNOWN))
            return end, self._final(step, "unknown", f"{UNKNOWN} {SAY_SO}")
        return None, step

    def _may_repeat(self, step: Step) -> bool:
        if parsed(step.call) is None:
            return True  # it was never made, and never will be
        return step.call.name in self._known and self._gate.may_repeat(step.call)

    async def _made(
        self, steps: list[Step], gives_up_at: float, translate: Translate
    ) -> AsyncGenerator[Event | Kept, None]:
        clock = asyncio.get_running_loop().time
        began = clock()
        tasks = {asyncio.create_task(self._answer(step, translate)): step for step in steps}
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
                    if not task.result().parked:
                        yield self._end(tasks[task], task.result(), clock() - began)
                if running and clock() >= gives_up_at:
                    self.timed_out = True
                    break
                if not done:
                    names = [line(tasks[task].call.name) for task in tasks if task in running]
                    yield Status(using(names, round(clock() - began), translate))
        finally:
            await _cancel([task for task in tasks if not task.done()])
        for task in (task for task in tasks if task in running):
            yield self._end(tasks[task], ToolResult(NO_TIME, translate(NO_TIME), ok=False), clock() - began)

    async def _answer(self, step: Step, translate: Translate) -> ToolResult:
        return self._problem(step, translate) or await self._tools.call(step.call, parsed(step.call) or {})

    def _problem(self, step: Step, translate: Translate) -> ToolResult | None:
        """Why the call cannot be made; None for one that can."""
        call = step.call
        if call.name not in self._known:
            names = ", ".join(sorted(self._known)) or "none"
            return ToolResult(f"{NO_SUCH_TOOL} Tools: {names}.", translate(NO_SUCH_TOOL), ok=False)
        if call.id in self._repeated:
            return ToolResult(f"{TOO_OFTEN} {USE_IT}", translate(TOO_OFTEN), ok=False)
        if parsed(call) is None:
            return ToolResult(NO_OBJECT, translate(NO_OBJECT), ok=False)
        if self._gate.verdict(call) == "refuse":
            return ToolResult(f"{NOBODY_TO_ASK} {GO_ON}", translate(NOBODY_TO_ASK), ok=False)
        return None

    def _start(self, step: Step) -> ToolStart:
        return ToolStart(step.call.id, line(visible(step.call.name)), self._summary(step))

    def _approval(self, step: Step) -> Approval:
        return Approval(
            call_id=step.call.id,
            name=line(visible(step.call.name)),
            args_summary=self._summary(step),
            state="asked",
            arguments=shown(step.call),
        )

    def _summary(self, step: Step) -> str:
        return summary_of(step.call, self._tools) if step.call.name in self._known else ""

    def _end(self, step: Step, result: ToolResult, seconds: float) -> Kept:
        final = self._final(step, "ok" if result.ok else "error", result.content)
        end = ToolEnd(
            call_id=step.call.id,
            name=line(visible(step.call.name)),
            status="ok" if result.ok else "error",
            ms=round(seconds * 1000),
            result_summary=line(visible(result.summary), RESULT_SUMMARY_CHARS),
        )
        return Kept((*result.events, end), (final,))

    def _final(self, step: Step, state: StepState, content: str) -> Step:
        if step.result:
            content = f"{content}\n\n{step.result}"
        self._steps[step.call.id] = replace(step, state=state, result=content)
        return self._steps[step.call.id]


async def _cancel(tasks: list[asyncio.Task[ToolResult]]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks)
