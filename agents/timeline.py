"""A run's log as a person reads it: one row an event, with pieces of text that follow each other joined."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any

from django.utils.translation import gettext, ngettext

from agents.eventlog import StoredEvent
from agents.prices import money

#: The events that come in pieces, and the field that holds the piece.
PIECES = {"content": "md", "rationale": "text"}
LONGEST = 20_000


@dataclass(frozen=True)
class TimelineRow:
    """``seq`` to ``last_seq`` are the events of the row; ``ms`` is since the first event of the run."""

    seq: int
    last_seq: int
    ms: int
    type: str
    text: str


def timeline(events: Iterable[StoredEvent]) -> list[TimelineRow]:
    """The rows in order. Knows every event of schema v1 and shows others as they are stored."""
    events = list(events)
    if not events:
        return []
    began = events[0].ts
    # An event that comes in one piece is a group of its own.
    groups = groupby(events, key=lambda event: event.type if event.type in PIECES else event.seq)
    return [_row(list(group), began) for _, group in groups]


def _row(events: list[StoredEvent], began: datetime) -> TimelineRow:
    first = events[0]
    if first.type in PIECES:
        text = "".join(str(event.data.get(PIECES[first.type], "")) for event in events)
    else:
        text = _text(first.type, first.data)
    ms = round((first.ts - began).total_seconds() * 1000)
    return TimelineRow(first.seq, events[-1].seq, ms, first.type, text[:LONGEST])


def _text(type_: str, data: Mapping[str, Any]) -> str:
    try:
        return _TEXTS[type_](data)
    except (KeyError, TypeError):  # another version's event: better as it is than not at all
        return json.dumps(data, ensure_ascii=False)


def _tools(number: int) -> str:
    return ngettext("%(n)d tool", "%(n)d tools", number) % {"n": number}


def _approval(data: Mapping[str, Any]) -> str:
    """The decision, never the arguments: what is not masked is for whoever decides."""
    if data["state"] == "asked":
        return gettext("%(name)s is asked about. %(args_summary)s") % data
    if data["state"] == "denied":
        return " ".join([gettext("%(by)s did not allow %(name)s.") % data, data["reason"]]).strip()
    if data["scope"] == "always":
        return gettext("%(by)s allowed %(name)s, from now on without asking.") % data
    return gettext("%(by)s allowed %(name)s once.") % data


def _usage(data: Mapping[str, Any]) -> str:
    text = gettext("%(prompt_tokens)d + %(completion_tokens)d tokens, %(model)s") % data
    if data.get("estimated"):
        text = gettext("%(text)s (estimated)") % {"text": text}
    return f"{text}, {money(Decimal(str(data['cost'])))}" if data.get("cost") else text


def _nested(data: Mapping[str, Any]) -> str:
    inner = data["event"]
    return f"{inner['type']}: {_text(inner['type'], inner)}"


_TEXTS = {
    "nested": _nested,
    "approval": _approval,
    "start": lambda data: data["agent"]["name"],
    "plan": lambda data: "\n".join(f"{item['status']}: {item['text']}" for item in data["items"]),
    "tool_start": lambda data: f"{data['name']} {data['args_summary']}",
    "tool_end": lambda data: f"{data['name']}: {data['status']}, {data['ms']} ms. {data['result_summary']}",
    "status": lambda data: data["text"],
    "citation": lambda data: "\n".join(
        f"{item['n']}. {item['title']}: {item['quote']}" for item in data["items"]
    ),
    "file": lambda data: f"{data['path']}, {data['size']} B",
    "usage": _usage,
    "error": lambda data: f"{data['error']}: {data['fallback_message']}",
    "end": lambda data: f"{data['status']}, {data['ms_total']} ms, {_tools(data['tool_calls'])}",
}
