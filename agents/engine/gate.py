"""Who decides whether a tool call is made: by itself, after a person was asked, or not here."""

from typing import Literal, Protocol

from agents.engine.messages import ToolCall

#: `refuse` is for where nobody can be asked: the model is told so.
Verdict = Literal["run", "ask", "refuse"]


class Gate(Protocol):
    """Asked of calls of tools that are in the box. Answers at once and always the same within a round.

    `may_repeat` says of a call that was interrupted whether it may be made again: only where that changes
    nothing outside the run, or no more than once.
    """

    def verdict(self, call: ToolCall) -> Verdict: ...

    def may_repeat(self, call: ToolCall) -> bool: ...


class Open:
    """Lets every call through, once."""

    def verdict(self, call: ToolCall) -> Verdict:
        return "run"

    def may_repeat(self, call: ToolCall) -> bool:
        return False
