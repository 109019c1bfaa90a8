"""Event log, schema v1: one frozen value per event type, and their JSON form.

A value holds an event's own fields only. The fields common to all events (v, id, ts, message_id, chat_id)
belong to the log's envelope. A field never changes its meaning within v1; readers ignore unknown types.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar, Literal, NamedTuple
from uuid import UUID

PlanStatus = Literal["pending", "in_progress", "completed"]
ToolStatus = Literal["ok", "error"]
ApprovalState = Literal["asked", "allowed", "denied"]
Scope = Literal["once", "always"]
EndStatus = Literal["completed", "cancelled", "error"]

ARGS_SUMMARY_CHARS = 200
RESULT_SUMMARY_CHARS = 300

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EVENT_ID = re.compile(r"([0-9]{1,15})_([0-9]{4,12})_([0-9a-f]{8})")


@dataclass(frozen=True, slots=True)
class Start:
    type: ClassVar[str] = "start"
    run_id: str
    agent_id: str
    agent_name: str


@dataclass(frozen=True, slots=True)
class PlanItem:
    id: str
    text: str
    status: PlanStatus


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole plan, every time it changes."""

    type: ClassVar[str] = "plan"
    items: tuple[PlanItem, ...]


@dataclass(frozen=True, slots=True)
class ToolStart:
    """`args_summary` is one line of at most 200 characters with secrets masked."""

    type: ClassVar[str] = "tool_start"
    call_id: str
    name: str
    args_summary: str


@dataclass(frozen=True, slots=True)
class ToolEnd:
    """`result_summary` is one line of at most 300 characters."""

    type: ClassVar[str] = "tool_end"
    call_id: str
    name: str
    status: ToolStatus
    ms: int
    result_summary: str


@dataclass(frozen=True, slots=True)
class Approval:
    """A call that a person is asked about, and again when somebody has decided.

    While it is asked `arguments` are the real ones, by name, and `scopes` what the decision may hold for.
    Decided, `by` is the person's name, `scope` what it holds for and `reason` why it was denied.
    """

    type: ClassVar[str] = "approval"
    call_id: str
    name: str
    args_summary: str
    state: ApprovalState
    arguments: Mapping[str, str] = field(default_factory=dict)
    scopes: tuple[Scope, ...] = ()
    scope: str = ""
    by: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Nested:
    """What happens in the run of an agent that was asked by the call `call_id`; None for an unknown type."""

    type: ClassVar[str] = "nested"
    call_id: str
    run_id: str
    event: "Event | None"


@dataclass(frozen=True, slots=True)
class Status:
    """What takes long, with the seconds so far."""

    type: ClassVar[str] = "status"
    text: str


@dataclass(frozen=True, slots=True)
class Rationale:
    """The next piece of the model's own reasoning."""

    type: ClassVar[str] = "rationale"
    text: str


@dataclass(frozen=True, slots=True)
class Content:
    """The next piece of the answer; all `md` of a run joined are the message's content."""

    type: ClassVar[str] = "content"
    md: str


@dataclass(frozen=True, slots=True)
class CitationItem:
    n: int
    document_id: str
    title: str
    page: int | None
    quote: str


@dataclass(frozen=True, slots=True)
class Citation:
    """Passages found for the answer; each has a number of its own in the run, which the answer may name."""

    type: ClassVar[str] = "citation"
    items: tuple[CitationItem, ...]


@dataclass(frozen=True, slots=True)
class File:
    """A file of the conversation was stored, of `size` bytes; `replaced`: one of that name was there."""

    type: ClassVar[str] = "file"
    file_id: str
    path: str
    size: int
    replaced: bool


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of the run so far, all its model calls together; a later one replaces an earlier one.

    `cost` is None where nobody knows the price; `estimated` when no upstream counted some of the tokens.
    """

    type: ClassVar[str] = "usage"
    prompt_tokens: int
    completion_tokens: int
    model: str
    cost: Decimal | None = None
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class End:
    type: ClassVar[str] = "end"
    status: EndStatus
    ms_total: int
    tool_calls: int
    answer_id: str


@dataclass(frozen=True, slots=True)
class Error:
    """`error` is a key of `errors.FALLBACKS`; always followed by an `End` with status error."""

    type: ClassVar[str] = "error"
    error: str
    fallback_message: str


Event = (
    Start
    | Plan
    | Approval
    | ToolStart
    | ToolEnd
    | Nested
    | Status
    | Rationale
    | Content
    | Citation
    | File
    | Usage
    | End
    | Error
)

EVENT_TYPES: dict[str, type[Event]] = {
    event.type: event
    for event in (
        Start,
        Plan,
        Approval,
        ToolStart,
        ToolEnd,
        Nested,
        Status,
        Rationale,
        Content,
        Citation,
        File,
        Usage,
        End,
        Error,
    )
}


def innermost(event: Event | None) -> Event | None:
    """What happens, in however deep a run within the run."""
    while isinstance(event, Nested):
        event = event.event
    return event


def to_data(event: Event) -> dict[str, Any]:
    """The event's own fields as JSON-ready values, spelt as in schema v1."""
    match event:
        case Content(md):
            return {"md": md}
        case Start(run_id, agent_id, agent_name):
            agent = {"id": agent_id, "name": agent_name}
            return {"status": "processing", "run_id": run_id, "agent": agent}
        case Plan(items) | Citation(items):
            return {"items": [asdict(item) for item in items]}
        case Usage(cost=Decimal() as cost):
            return {**asdict(event), "cost": float(cost)}
        case Nested(call_id, run_id, inner):
            return {"call_id": call_id, "run_id": run_id, "event": _with_type(inner)}
        case _:
            own = asdict(event)
            return own | {"scopes": list(event.scopes)} if isinstance(event, Approval) else own


def _with_type(event: Event | None) -> dict[str, Any]:
    return {"type": event.type, **to_data(event)} if event else {}


def from_data(type: str, data: Mapping[str, Any]) -> Event | None:
    """The value of a stored event; None for a type this version does not know.

    Unknown fields are ignored. Raises KeyError when a field of schema v1 is missing.
    """
    cls = EVENT_TYPES.get(type)
    if cls is None:
        return None
    special = _SPECIAL.get(type)
    return special(data) if special else cls(**_own(cls, data))


def _own(cls: Any, data: Mapping[str, Any]) -> dict[str, Any]:
    return {one.name: data[one.name] for one in fields(cls)}


def _start(data: Mapping[str, Any]) -> Start:
    return Start(data["run_id"], data["agent"]["id"], data["agent"]["name"])


def _plan(data: Mapping[str, Any]) -> Plan:
    return Plan(tuple(PlanItem(**_own(PlanItem, item)) for item in data["items"]))


def _citation(data: Mapping[str, Any]) -> Citation:
    return Citation(tuple(CitationItem(**_own(CitationItem, item)) for item in data["items"]))


def _approval(data: Mapping[str, Any]) -> Approval:
    return Approval(**{**_own(Approval, data), "scopes": tuple(data["scopes"])})


def _usage(data: Mapping[str, Any]) -> Usage:
    """Logs from before there were prices and estimates have neither."""
    cost = data.get("cost")
    counted = {name: data[name] for name in ("prompt_tokens", "completion_tokens", "model")}
    # By its text: a float has its shortest digits there, and those are what was stored.
    exactly = None if cost is None else Decimal(str(cost))
    return Usage(**counted, cost=exactly, estimated=bool(data.get("estimated")))


def _nested(data: Mapping[str, Any]) -> Nested:
    inner = data["event"]
    return Nested(data["call_id"], data["run_id"], from_data(inner.get("type", ""), inner))


_SPECIAL: dict[str, Callable[[Mapping[str, Any]], Event]] = {
    "start": _start,
    "plan": _plan,
    "citation": _citation,
    "usage": _usage,
    "approval": _approval,
    "nested": _nested,
}


class EventId(NamedTuple):
    """The parts of an event id; ids of one run sort by `seq`, and share `tag`."""

    ms: int
    seq: int
    tag: str


def event_id(run_id: UUID, seq: int, ts: datetime) -> str:
    """`<unix ms>_<sequence, 4 digits or more>_<last 8 hex digits of the run's id>`; `ts` must be aware."""
    ms = (ts - _EPOCH) // timedelta(milliseconds=1)
    return f"{ms}_{seq:04d}_{run_id.hex[-8:]}"


def parse_event_id(text: str) -> EventId:
    """The parts of an id a client sent back. Raises ValueError for anything `event_id` cannot have made."""
    match = _EVENT_ID.fullmatch(text)
    if match is None:
        raise ValueError("not an event id")
    return EventId(int(match[1]), int(match[2]), match[3])
