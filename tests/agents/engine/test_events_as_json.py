"""Events keep their value and the field names of schema v1 on the way into the log and out again."""

import json
from decimal import Decimal

import pytest

from agents.engine.events import (
    EVENT_TYPES,
    Approval,
    Citation,
    CitationItem,
    Content,
    End,
    Error,
    File,
    Nested,
    Plan,
    PlanItem,
    Rationale,
    Start,
    Status,
    ToolEnd,
    ToolStart,
    Usage,
    from_data,
    to_data,
)

EXAMPLES = [
    (
        Start("run-1", "agent-1", "Ada"),
        {"status": "processing", "run_id": "run-1", "agent": {"id": "agent-1", "name": "Ada"}},
    ),
    (
        Plan((PlanItem("1", "Read", "completed"), PlanItem("2", "Write", "pending"))),
        {
            "items": [
                {"id": "1", "text": "Read", "status": "completed"},
                {"id": "2", "text": "Write", "status": "pending"},
            ]
        },
    ),
    (
        ToolStart("call-1", "search", "query: tea"),
        {"call_id": "call-1", "name": "search", "args_summary": "query: tea"},
    ),
    (
        Approval("call-1", "search", "query: tea", "asked", {"query": "tea"}, ("once", "always")),
        {
            "call_id": "call-1",
            "name": "search",
            "args_summary": "query: tea",
            "state": "asked",
            "arguments": {"query": "tea"},
            "scopes": ["once", "always"],
            "scope": "",
            "by": "",
            "reason": "",
        },
    ),
    (
        ToolEnd("call-1", "search", "ok", 12, "3 results"),
        {"call_id": "call-1", "name": "search", "status": "ok", "ms": 12, "result_summary": "3 results"},
    ),
    (
        Nested("call-1", "run-2", Status("Reading")),
        {"call_id": "call-1", "run_id": "run-2", "event": {"type": "status", "text": "Reading"}},
    ),
    (Status("Searching… 5 s"), {"text": "Searching… 5 s"}),
    (Rationale("Hm."), {"text": "Hm."}),
    (Content("**Hi**"), {"md": "**Hi**"}),
    (
        Citation((CitationItem(1, "doc-1", "Tea", None, "Boil water"),)),
        {"items": [{"n": 1, "document_id": "doc-1", "title": "Tea", "page": None, "quote": "Boil water"}]},
    ),
    (
        Usage(10, 20, "gpt", Decimal("0.0000123"), estimated=True),
        {
            "prompt_tokens": 10,
            "completion_tokens": 20,
            "model": "gpt",
            "cost": 0.0000123,
            "estimated": True,
        },
    ),
    (
        Usage(10, 20, "gpt"),
        {"prompt_tokens": 10, "completion_tokens": 20, "model": "gpt", "cost": None, "estimated": False},
    ),
    (
        File("file-1", "notes.md", 1204, True),
        {"file_id": "file-1", "path": "notes.md", "size": 1204, "replaced": True},
    ),
    (
        End("completed", 1200, 1, "answer-1"),
        {"status": "completed", "ms_total": 1200, "tool_calls": 1, "answer_id": "answer-1"},
    ),
    (Error("timeout", "Too slow."), {"error": "timeout", "fallback_message": "Too slow."}),
]


@pytest.mark.parametrize(("event", "data"), EXAMPLES, ids=lambda part: getattr(part, "type", ""))
def test_event_has_the_fields_of_the_schema_and_comes_back_equal(event, data):
    assert to_data(event) == data
    assert from_data(event.type, json.loads(json.dumps(data))) == event


def test_every_type_of_the_schema_has_an_example():
    assert {event.type for event, _ in EXAMPLES} == set(EVENT_TYPES)


def test_unknown_type_is_no_event():
    assert from_data("hologram", {"x": 1}) is None


def test_unknown_fields_are_ignored():
    assert from_data("content", {"md": "Hi", "added_later": True}) == Content("Hi")


def test_missing_field_is_an_error():
    with pytest.raises(KeyError):
        from_data("content", {})
