"""Rename, pin, archive and delete, as services; and the list they change."""

from datetime import timedelta

import pytest
from django.utils import timezone

from agents.models import Run, RunEvent
from chat.errors import Invalid, NotFound
from chat.models import Conversation, Message, SearchEntry
from chat.services.conversations import (
    archive_conversation,
    delete_conversation,
    pin_conversation,
    rename_conversation,
    start_conversation,
)
from chat.services.messages import post_message
from chat.sidebar import PAGE, sidebar_for


def titles(rows):
    return [row.title for row in rows]


def test_a_title_is_kept_on_one_line(alice, conversation):
    rename_conversation(actor=alice, conversation_id=conversation.pk, title="  Opening\n hours ")
    conversation.refresh_from_db()
    assert conversation.title == "Opening hours"


@pytest.mark.parametrize("title", ["", "  ", "a" * 201, "a\x00b", "\ud83d"])
def test_a_title_that_is_none_is_refused(alice, conversation, title):
    with pytest.raises(Invalid):
        rename_conversation(actor=alice, conversation_id=conversation.pk, title=title)


@pytest.mark.parametrize(
    ("change", "given"),
    [
        (rename_conversation, {"title": "Mine"}),
        (pin_conversation, {"pinned": True}),
        (archive_conversation, {"archived": True}),
        (delete_conversation, {}),
    ],
)
def test_a_stranger_changes_nothing(bob, conversation, change, given):
    with pytest.raises(NotFound):
        change(actor=bob, conversation_id=conversation.pk, **given)
    assert Conversation.objects.filter(title="").exists()


def test_deleting_takes_messages_runs_events_and_search_entries_along(alice, conversation):
    posted = post_message(actor=alice, conversation_id=conversation.pk, content="Why?", client_id="one")
    RunEvent.objects.create(run=posted.answer.run, seq=1, type="content", ts=timezone.now(), data={"md": "x"})
    delete_conversation(actor=alice, conversation_id=conversation.pk)
    for model in (Conversation, Message, Run, RunEvent, SearchEntry):
        assert not model.objects.exists()


def test_the_list_has_pinned_first_then_days(alice, agent):
    now = timezone.now()
    for title, days in (("today", 0), ("yesterday", 1), ("last week", 5), ("pinned", 3)):
        made = start_conversation(actor=alice, agent=agent, title=title)
        Conversation.objects.filter(pk=made.pk).update(last_message_at=now - timedelta(days=days))
    pin_conversation(actor=alice, conversation_id=Conversation.objects.get(title="pinned").pk, pinned=True)
    sidebar = sidebar_for(alice)
    assert titles(sidebar.pinned) == ["pinned"]
    assert [(label, titles(rows)) for label, rows in sidebar.groups] == [
        ("Today", ["today"]),
        ("Yesterday", ["yesterday"]),
        ("Previous 7 days", ["last week"]),
    ]


def test_an_archived_conversation_is_only_in_the_archive(alice, conversation):
    archive_conversation(actor=alice, conversation_id=conversation.pk, archived=True)
    assert not sidebar_for(alice).groups
    assert len(sidebar_for(alice, archived=True).groups) == 1


def test_the_list_of_a_stranger_is_empty(bob, conversation):
    assert not sidebar_for(bob).groups


def test_the_list_costs_one_query_and_comes_in_pages(alice, agent, django_assert_num_queries):
    for number in range(PAGE + 2):
        start_conversation(actor=alice, agent=agent, title=f"Number {number}")
    with django_assert_num_queries(1):
        sidebar = sidebar_for(alice)
    assert sum(len(rows) for _label, rows in sidebar.groups) == PAGE
    assert sidebar.next_page == 2
    assert sidebar_for(alice, page=2).next_page is None
