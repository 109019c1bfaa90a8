"""What the loop needs of tools: a box that lists, summarises and runs them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from agents.engine.events import Event
from agents.engine.messages import ToolCall, ToolSpec


@dataclass(frozen=True, slots=True)
class ToolResult:
    """`content` is what the model reads, `summary` one line for people; `events` are told before the end.

    `parked` says that there is no result yet, because what was called waits for a person: the same call is
    made again when the run goes on.
    """

    content: str
    summary: str
    ok: bool = True
    events: tuple[Event, ...] = ()
    parked: bool = False


class ToolBox(Protocol):
    """The tools of one run.

    `call` answers every problem of a tool with a result that is not ok, raises nothing, and may be cancelled
    at any moment. `summarise` gives one line of the arguments with secrets masked. Both get only tools of
    `specs`, and the call's arguments parsed.
    """

    def specs(self) -> tuple[ToolSpec, ...]: ...

    def summarise(self, call: ToolCall, arguments: Mapping[str, Any]) -> str: ...

    async def call(self, call: ToolCall, arguments: Mapping[str, Any]) -> ToolResult: ...


class NoTools:
    """The empty box."""

    def specs(self) -> tuple[ToolSpec, ...]:
        return ()

    def summarise(self, call: ToolCall, arguments: Mapping[str, Any]) -> str:
        return ""

    async def call(self, call: ToolCall, arguments: Mapping[str, Any]) -> ToolResult:
        return ToolResult(content="There are no tools.", summary="There are no tools.", ok=False)
