"""Steps: each tool call of a run from the asking to the result, as values that a store keeps and gives back.

A step is stored before its call is made and again when it has a result. From the steps and the text of the
answer a run that is taken up again rebuilds the messages the model has seen, word for word.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from agents.engine.events import Event, Usage
from agents.engine.messages import ChatMessage, ModelRequest, ToolCall

#: asked: waits for a person. begun: made, and nobody knows yet what came of it. The others are final, and
#: `unknown` is the end of a call that was cut and must not be made again.
StepState = Literal["asked", "begun", "ok", "error", "denied", "unknown"]
Decision = Literal["", "allowed", "denied"]

FINAL = frozenset({"ok", "error", "denied", "unknown"})
PARAGRAPH = "\n\n"


@dataclass(frozen=True, slots=True)
class Step:
    """One tool call. `round` counts the answers of the model that asked for tools, from 0.

    `position` is the call's place in its round, `said` how many characters the answer had when it was asked
    for, `result` what the model reads once `state` is final, and before that what is to be added to it.
    `decision` and `reason` are a person's.
    """

    call: ToolCall
    round: int
    position: int
    said: int
    state: StepState = "begun"
    result: str = ""
    decision: Decision = ""
    reason: str = ""

    @property
    def is_final(self) -> bool:
        return self.state in FINAL

    @property
    def is_undecided(self) -> bool:
        return self.state == "asked" and not self.decision


@dataclass(frozen=True, slots=True)
class Kept:
    """Events and the steps they tell of: to be stored together, before the loop is asked to go on."""

    events: tuple[Event, ...] = ()
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Before:
    """What an earlier holder of the run has left: its steps, the answer's text, its count of tokens."""

    steps: tuple[Step, ...] = ()
    text: str = ""
    usage: Usage | None = None

    @property
    def rounds(self) -> list[list[Step]]:
        in_order = sorted(self.steps, key=lambda step: (step.round, step.position))
        return [list(steps) for _, steps in groupby(in_order, key=lambda step: step.round)]


def told_again(request: ModelRequest, before: Before) -> ModelRequest:
    """The request as the model saw it last; of a round that has calls without a result nothing is in it yet.

    What the answer says after the last whole round is left to be continued.
    """
    at = 0
    for steps in before.rounds:
        if not all(step.is_final for step in steps):
            break
        said = _without_separator(before.text[at : steps[0].said], before.text[:at])
        request = with_round(replace(request, continue_from=""), said, steps)
        at = steps[0].said
    return replace(request, continue_from=_without_separator(before.text[at:], before.text[:at]))


def with_round(request: ModelRequest, said: str, steps: Sequence[Step]) -> ModelRequest:
    """The request after the model asked for these calls, with the words before it, and got their results."""
    said = request.continue_from + said
    asked = ChatMessage("assistant", said, tool_calls=tuple(step.call for step in steps))
    results = (ChatMessage("tool", step.result, tool_call_id=step.call.id) for step in steps)
    return replace(request, messages=(*request.messages, asked, *results), continue_from="")


def separator_after(text: str) -> str:
    """What goes between the text of one round and that of the next."""
    return "" if not text or text.endswith("\n") else PARAGRAPH


def _without_separator(text: str, before: str) -> str:
    return text.removeprefix(separator_after(before))
