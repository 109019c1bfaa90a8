"""The state of a run as its events tell it: what a page shows of it, live, on reload and afterwards."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from agents.engine.events import (
    Approval,
    Citation,
    Content,
    End,
    Error,
    Event,
    File,
    Nested,
    Plan,
    Rationale,
    Start,
    Status,
    ToolEnd,
    ToolStart,
    Usage,
    innermost,
)

_KEPT = (
    *("call_id", "name", "args_summary", "status", "ms", "result_summary"),
    *("decided_by", "scope", "reason"),
)


@dataclass(slots=True)
class ToolRow:
    """One call of a tool; ``ms`` and ``result_summary`` come with its end.

    ``status`` is ``asked``, ``allowed`` or ``denied`` before it is made, and ``running``, ``ok`` or ``error``
    from then on. ``arguments`` and ``scopes`` are there while a person is asked.
    """

    call_id: str
    name: str
    args_summary: str
    status: str = "running"
    ms: int | None = None
    result_summary: str = ""
    decided_by: str = ""
    scope: str = ""
    reason: str = ""
    arguments: Mapping[str, str] = field(default_factory=dict)
    scopes: tuple[str, ...] = ()
    nested: "RunFold | None" = None
    nested_events: int = 0

    @property
    def was_made(self) -> bool:
        return self.status in ("running", "ok", "error")

    def kept(self) -> dict[str, Any]:
        """What stays of it with the message: nothing that was for the decision only."""
        kept = {name: getattr(self, name) for name in _KEPT}
        if self.nested is not None:
            rows = [row.kept() for row in self.nested.tools.values() if row.status != "asked"]
            kept["nested"] = {"agent": self.nested.agent_name, "plan": self.nested.plan, "tools": rows}
            kept["nested"]["done"] = self.status != "running"
        return kept


@dataclass(slots=True)
class RunFold:
    """Everything the events so far have said. ``since`` is when the present activity began.

    ``run_id`` is the run by its own account. While it waits for a person ``parked_at`` is since when, and
    ``parked_s`` are the seconds that it has waited before.
    """

    text: str = ""
    thinking: str = ""
    plan: list[dict[str, Any]] = field(default_factory=list)
    tools: dict[str, ToolRow] = field(default_factory=dict)
    citations: list[dict[str, Any]] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    status_text: str = ""
    run_id: str = ""
    agent_name: str = ""
    since: datetime | None = None
    parked_at: datetime | None = None
    parked_s: float = 0.0
    started_at: datetime | None = None
    usage: Usage | None = None
    error: str = ""
    end: End | None = None

    def apply(self, event: Event | None, ts: datetime) -> None:
        """Takes in the next event. None (a type this version does not know) changes nothing."""
        if isinstance(innermost(event), Approval):
            self.parked_at = self.parked_at or ts
        elif self.parked_at and event is not None:
            self.parked_s += (ts - self.parked_at).total_seconds()
            self.parked_at = None
        match event:
            case Start() | Content() | Rationale() | Status():
                self._say(event, ts)
            case Approval():
                self._ask(event, ts)
            case Nested(call_id, _run_id, inner) if call_id in self.tools:
                row = self.tools[call_id]
                row.nested = row.nested or RunFold()
                row.nested.apply(inner, ts)
                row.nested_events += 1
            case Plan() | Citation() | File() | ToolStart() | ToolEnd():
                self._do(event, ts)
            case Usage():
                self.usage = event
            case Error(error):
                self.error = error
            case End():
                self.end = event

    def _say(self, event: Start | Content | Rationale | Status, ts: datetime) -> None:
        match event:
            case Start(run_id, _agent_id, agent_name):
                self.run_id, self.agent_name = run_id, agent_name
                self.started_at = self.since = ts
            case Content(md):
                self.text += md
                self._now("", ts)
            case Rationale(text):
                self.thinking += text
                self._now("thinking", ts)
            case Status(text):
                self.status_text = text

    def _do(self, event: Plan | Citation | File | ToolStart | ToolEnd, ts: datetime) -> None:
        match event:
            case Plan(items):
                self.plan = [asdict(item) for item in items]
            case Citation(items):
                self.citations = _with(self.citations, (asdict(item) for item in items), "n")
            case File():
                self.files = _with(self.files, [asdict(event)], "file_id")
            case ToolStart(call_id, name, args_summary):
                row = self.tools.setdefault(call_id, ToolRow(call_id, name, args_summary))
                row.status, row.arguments, row.scopes = "running", {}, ()
                self._now(name, ts)
            case ToolEnd(call_id, name, status, ms, result_summary):
                row = self.tools.setdefault(call_id, ToolRow(call_id, name, ""))
                row.status, row.ms, row.result_summary = status, ms, result_summary

    def _ask(self, event: Approval, ts: datetime) -> None:
        row = self.tools.setdefault(event.call_id, ToolRow(event.call_id, event.name, event.args_summary))
        row.status, row.arguments, row.scopes = event.state, event.arguments, event.scopes
        row.decided_by, row.scope, row.reason = event.by, event.scope, event.reason
        self._now("", ts)

    def _now(self, activity: str, ts: datetime) -> None:
        if activity != self.status_text:
            self.status_text, self.since = activity, ts

    def has_asked(self, question: Event | None) -> bool:
        """Whether that call waits for a person already, by what the events so far have said."""
        match question:
            case Nested(call_id, _run_id, inner):
                nested = self.tools[call_id].nested if call_id in self.tools else None
                return nested is not None and nested.has_asked(inner)
            case Approval(call_id):
                return call_id in self.tools and self.tools[call_id].status == "asked"
        return False

    def questions(self) -> Iterator[tuple["RunFold", ToolRow]]:
        """The calls that wait for a person, each after its run, which may be within this one."""
        for row in self.tools.values():
            if row.status == "asked":
                yield self, row
            if row.nested is not None and row.status == "running":
                yield from row.nested.questions()

    @property
    def calls_made(self) -> int:
        return sum(row.was_made for row in self.tools.values())

    def work(self) -> Mapping[str, Any]:
        """What is kept with the finished message, so that no page has to read the log again."""
        return {
            "thinking": self.thinking,
            "plan": self.plan,
            "tools": [row.kept() for row in self.tools.values()],
            "citations": self.citations,
            "files": self.files,
            "ms": self.end.ms_total if self.end else None,
            "prompt_tokens": self.usage.prompt_tokens if self.usage else None,
            "completion_tokens": self.usage.completion_tokens if self.usage else None,
            "cost": str(self.usage.cost) if self.usage and self.usage.cost is not None else None,
            "estimated": bool(self.usage and self.usage.estimated),
        }


def _with(rows: list[dict[str, Any]], new: Iterable[dict[str, Any]], key: str) -> list[dict[str, Any]]:
    """The rows and the new ones; one with the key of an earlier one stands in its place."""
    by_key = {row[key]: row for row in rows}
    by_key.update({row[key]: row for row in new})
    return list(by_key.values())
