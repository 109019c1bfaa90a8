"""Tools, a gate and a store of the tests: what was asked for, what was made, what was kept."""

import asyncio
from dataclasses import replace

from agents.engine.deltas import FinishDelta, ToolCallDelta
from agents.engine.messages import ToolSpec
from agents.engine.steps import Before
from agents.engine.tools import ToolResult


def asking(*calls, finish="tool_calls"):
    """A script that asks for the calls, each ``(id, name, arguments)``."""
    return [*(ToolCallDelta(*call) for call in calls), FinishDelta(finish)]


class Desk:
    """Tools and their gate: `write` needs a person, `look` may be repeated, `ask` waits while `parked`."""

    def __init__(self):
        self.made = []
        self.parked = False

    def specs(self):
        return tuple(ToolSpec(name, "", {}) for name in ("look", "send", "write", "forbidden", "ask"))

    def summarise(self, call, arguments):
        return ", ".join(f"{key}: {value}" for key, value in arguments.items())

    async def call(self, call, arguments):
        await asyncio.sleep(0)
        self.made.append(call.id)
        if call.name == "ask" and self.parked:
            return ToolResult("", "", parked=True)
        return ToolResult(f"{call.name} done", "done")

    def verdict(self, call):
        return {"write": "ask", "forbidden": "refuse"}.get(call.name, "run")

    def may_repeat(self, call):
        return call.name in ("look", "ask")


def left(*plays, decided=None):
    """What the runs have kept, as the next holder finds it; ``decided`` has decisions by call id."""
    steps = {step.call.id: step for played in plays for step in played.kept}
    for call_id, (decision, reason) in (decided or {}).items():
        steps[call_id] = replace(steps[call_id], decision=decision, reason=reason)
    return Before(tuple(steps.values()), "".join(played.text for played in plays))
