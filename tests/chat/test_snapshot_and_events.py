"""A page drawn at any moment, brought on by frames, is the page drawn afresh; for every type of event."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.template.loader import render_to_string

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
    to_data,
)
from agents.engine.fold import RunFold
from agents.eventlog import StoredEvent
from chat.fragments import LiveAnswer, placed
from chat.message_view import views_of
from chat.models import Message
from chat.services.messages import post_message
from tests.dom import apply, tree

FILE = "019a0000-0000-7000-8000-000000000011"
SCRIPT = [
    Start(run_id="r", agent_id="a", agent_name="Librarian"),
    Status(text="Waiting for the model… 5 s"),
    Rationale(text="First <b>think</b>, "),
    Rationale(text="then & answer."),
    Plan(items=(PlanItem("1", "Look it up", "in_progress"), PlanItem("2", "Say it", "pending"))),
    ToolStart(call_id="c1", name="opening_days", args_summary="from 2026-11-20"),
    ToolStart(call_id="c2", name="weather", args_summary="<script>"),
    Nested("c2", "r2", Start("r2", "a2", "Weather <b>")),
    Nested("c2", "r2", Plan((PlanItem("1", "Look up", "in_progress"),))),
    Nested("c2", "r2", ToolStart("c1", "radar", "zone: <i>")),
    Nested("c2", "r2", Nested("c1", "r3", Start("r3", "a3", "Deeper"))),
    Nested("c2", "r2", ToolEnd("c1", "radar", "ok", 3, "dry")),
    ToolEnd(call_id="c1", name="opening_days", status="ok", ms=300, result_summary="22 November"),
    ToolEnd(call_id="c2", name="weather", status="error", ms=20, result_summary="no such place"),
    Plan(items=(PlanItem("1", "Look it up", "completed"), PlanItem("2", "Say it", "in_progress"))),
    Approval("c3", "write", "path: a", "asked", {"path": "a", "text": "<b>\nc"}, ("once", "always")),
    Approval("c4", "write", "path: b", "asked", {"path": "b"}, ("once",)),
    Approval("c5", "send", "to: b", "asked"),
    Approval("c4", "write", "", "denied", scope="once", by="Bob", reason="Not <i>now</i>"),
    Approval("c3", "write", "", "allowed", scope="always", by="Alice"),
    Approval("c5", "send", "", "allowed", scope="once", by="Alice"),
    ToolStart(call_id="c3", name="write", args_summary="path: a"),
    ToolEnd(call_id="c3", name="write", status="ok", ms=300, result_summary="3 bytes"),
    Rationale(text=" Now I know."),
    Content(md="On Sundays it is **op"),
    Content(md="en** from 13:00"),
    Content(md=" to 18:00.\n\n| Place | Sunday |\n|--"),
    Citation(items=(CitationItem(1, "d", "Hours", 2, "open from 13:00"),)),
    File(file_id=FILE, path="drafts/<i>.md", size=1204, replaced=False),
    Content(md="-|---|\n| Main | 13 - 18 |\n"),
    Content(md="\n```python\nprint('<hi>')\n"),
    Content(md="```\n\n- one\n- tw"),
    Content(md="o\n\nThe end & <i>more</i>."),
    Citation(items=(CitationItem(2, "e", "Prices & <b>", None, "two\nlines"),)),
    File(file_id=FILE, path="drafts/<i>.md", size=5, replaced=True),
    Usage(prompt_tokens=10, completion_tokens=20, model="m"),
    Error(error="default", fallback_message="Sorry."),
    End(status="error", ms_total=1000, tool_calls=2, answer_id="x"),
]


@pytest.fixture
def answer(alice, conversation) -> Message:
    posted = post_message(actor=alice, conversation_id=conversation.pk, content="When?", client_id="one")
    posted.answer.status = "processing"
    posted.answer.save()
    return Message.objects.select_related("sender__agent", "sender__user").get(pk=posted.answer.pk)


@pytest.fixture
def stored(answer) -> list[StoredEvent]:
    began = datetime(2026, 11, 21, 12, tzinfo=UTC)
    return [
        StoredEvent(answer.run_id, seq, began + timedelta(seconds=seq), event.type, to_data(event))
        for seq, event in enumerate(SCRIPT, start=1)
    ]


def fresh(answer: Message, events: list[StoredEvent]):
    """The page as a reload draws it at this moment."""
    fold = RunFold()
    for event in events:
        fold.apply(event.event, event.ts)
    views = views_of([answer], folds={answer.pk: fold})
    html = "".join(render_to_string("chat/_message.html", {"message": view}) for view in views)
    return tree(f'<section id="messages">{html}</section>')


def test_every_type_of_event_is_in_the_script():
    assert {event.type for event in SCRIPT} == set(EVENT_TYPES)


@pytest.mark.parametrize("step", [1, 2, 5])
@pytest.mark.parametrize("start", range(1, len(SCRIPT)))
def test_a_page_brought_on_by_frames_is_the_page_drawn_afresh(answer, stored, start, step):
    page = fresh(answer, stored[:start])
    live = LiveAnswer(answer.pk, answer.conversation_id)
    live.catch_up(stored[:start])
    for at in range(start, len(stored), step):
        apply(page, live.frame(stored[at : at + step]) or "")
        assert page.normal() == fresh(answer, stored[: at + step]).normal()


def test_an_unknown_type_of_event_changes_nothing(answer, stored):
    page = fresh(answer, stored[:5])
    live = LiveAnswer(answer.pk, answer.conversation_id)
    live.catch_up(stored[:5])
    assert live.frame([replace(stored[5], type="from_the_future", data={"x": 1})]) == ""
    assert page.normal() == fresh(answer, stored[:5]).normal()


def test_a_message_is_placed_in_order_and_over_its_former_self(alice, conversation, answer):
    page = tree('<section id="messages"></section>')
    messages = list(Message.objects.select_related("sender__agent", "sender__user").order_by("id"))
    question, reply = views_of(messages)
    apply(page, placed([reply]))
    apply(page, placed([question]))
    apply(page, placed([reply]))
    ids = [one.attributes["id"] for one in page.by_id("messages").elements()]
    assert [key for key in ids if key.startswith("message")] == [f"message-{one.pk}" for one in messages]
