"""The state of a run as its events tell it: what a page shows of it, live, on reload and afterwards."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from agents.engine.events import (
    Citation,
    Content,
    End,
    Error,
    Event,
    Plan,
    Rationale,
    Start,
    Status,
    ToolEnd,
    ToolStart,
    Usage,
)


@dataclass(slots=True)
class ToolRow:
    """One call of a tool; ``ms`` and ``result_summary`` come with its end."""

    call_id: str
    name: str
    args_summary: str
    status: str = "running"
    ms: int | None = None
    result_summary: str = ""


@dataclass(slots=True)
class RunFold:
    """Everything the events so far have said. ``since`` is when the present activity began."""

    text: str = ""
    thinking: str = ""
    plan: list[dict[str, Any]] = field(default_factory=list)
    tools: dict[str, ToolRow] = field(default_factory=dict)
    citations: list[dict[str, Any]] = field(default_factory=list)
    status_text: str = ""
    since: datetime | None = None
    started_at: datetime | None = None
    usage: Usage | None = None
    error: str = ""
    end: End | None = None

    def apply(self, event: Event | None, ts: datetime) -> None:
        """Takes in the next event. None (a type this version does not know) changes nothing."""
        match event:
            case Start() | Content() | Rationale() | Status():
                self._say(event, ts)
            case Plan() | Citation() | ToolStart() | ToolEnd():
                self._do(event, ts)
            case Usage():
                self.usage = event
            case Error(error):
                self.error = error
            case End():
                self.end = event

    def _say(self, event: Start | Content | Rationale | Status, ts: datetime) -> None:
        match event:
            case Start():
                self.started_at = self.since = ts
            case Content(md):
                self.text += md
                self._now("", ts)
            case Rationale(text):
                self.thinking += text
                self._now("thinking", ts)
            case Status(text):
                self.status_text = text

    def _do(self, event: Plan | Citation | ToolStart | ToolEnd, ts: datetime) -> None:
        match event:
            case Plan(items):
                self.plan = [asdict(item) for item in items]
            case Citation(items):
                self.citations = [asdict(item) for item in items]
            case ToolStart(call_id, name, args_summary):
                self.tools[call_id] = ToolRow(call_id, name, args_summary)
                self._now(name, ts)
            case ToolEnd(call_id, name, status, ms, result_summary):
                row = self.tools.setdefault(call_id, ToolRow(call_id, name, ""))
                row.status, row.ms, row.result_summary = status, ms, result_summary

    def _now(self, activity: str, ts: datetime) -> None:
        if activity != self.status_text:
            self.status_text, self.since = activity, ts

    def work(self) -> Mapping[str, Any]:
        """What is kept with the finished message, so that no page has to read the log again."""
        return {
            "thinking": self.thinking,
            "plan": self.plan,
            "tools": [asdict(row) for row in self.tools.values()],
            "citations": self.citations,
            "ms": self.end.ms_total if self.end else None,
            "prompt_tokens": self.usage.prompt_tokens if self.usage else None,
            "completion_tokens": self.usage.completion_tokens if self.usage else None,
        }
