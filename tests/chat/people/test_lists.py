"""The list of conversations and the pages of messages."""

from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat.models import Conversation, Message

pytestmark = pytest.mark.django_db


def ms(told: dict) -> int:
    return int(datetime.fromisoformat(told["created_at"]).timestamp() * 1000)


def space_out() -> None:
    """Messages of one test are made in one moment; people are slower."""
    for number, message in enumerate(Message.objects.order_by("id")):
        Message.objects.filter(pk=message.pk).update(
            created_at=message.created_at.replace(microsecond=0, year=2020 + number)
        )


@pytest.fixture
def room(as_alice, as_bob):
    room = as_alice.opens("Room", as_bob, title="Whales")
    for number in range(5):
        (as_alice, as_bob)[number % 2].says(room, f"{number}")
    space_out()
    return room


def contents(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [one["content"] for one in answer.json()["messages"]]


def test_the_first_page_has_the_newest_oldest_first(room, as_alice):
    path = f"/conversations/{room['id']}/messages"
    assert contents(as_alice.get(f"{path}?per_page=2")) == ["3", "4"]
    assert contents(as_alice.get(f"{path}?per_page=2&page=2")) == ["1", "2"]
    last = as_alice.get(f"{path}?per_page=2&page=3").json()
    assert ([one["content"] for one in last["messages"]], last["has_more"], last["total"]) == (
        ["0"],
        False,
        5,
    )


def test_before_and_after_are_moments(room, as_alice):
    path = f"/conversations/{room['id']}/messages"
    told = as_alice.get(path).json()["messages"]
    assert contents(as_alice.get(f"{path}?after={ms(told[1])}")) == ["2", "3", "4"]
    assert contents(as_alice.get(f"{path}?after={ms(told[1])}&per_page=2")) == ["2", "3"]
    assert contents(as_alice.get(f"{path}?before={ms(told[3])}")) == ["0", "1", "2"]
    assert contents(as_alice.get(f"{path}?after={ms(told[0])}&before={ms(told[2])}")) == ["1"]


@pytest.mark.parametrize(
    "query", ["page=0", "per_page=101", "page=x", "before=-1", "after=99999999999999999"]
)
def test_what_is_no_page_or_moment_is_invalid(room, as_alice, query):
    assert as_alice.get(f"/conversations/{room['id']}/messages?{query}").status_code == 422


def test_newest_activity_is_first(as_alice, as_bob, as_charlie, agent):
    room = as_alice.opens("Room", as_bob, title="Whales")
    direct = as_alice.opens("DirectMessage", as_charlie)
    chat = as_alice.opens("AgentChat", agent, title="Books")
    as_alice.says(room, "Hello")
    listed = as_alice.get("/conversations").json()
    assert [one["id"] for one in listed["conversations"]] == [room["id"], chat["id"], direct["id"]]
    assert listed["total"] == 3
    second = as_alice.get("/conversations?per_page=2&page=2").json()
    assert [one["id"] for one in second["conversations"]] == [direct["id"]]
    assert (second["page"], second["per_page"], second["total"]) == (2, 2, 3)
    assert as_bob.get("/conversations").json()["total"] == 1


def test_search_finds_words_titles_and_names(as_alice, as_bob, as_charlie):
    room = as_alice.opens("Room", as_bob, title="Whales")
    direct = as_alice.opens("DirectMessage", as_charlie)
    as_alice.says(direct, "Plankton is small")

    def found(words: str) -> list[str]:
        return [one["id"] for one in as_alice.get(f"/conversations?search={words}").json()["conversations"]]

    assert found("whal") == [room["id"]]
    assert found("plankton") == [direct["id"]]
    assert found("charl") == [direct["id"]]
    assert found("alice") == []
    assert found("%00") == [direct["id"], room["id"]]


def test_the_list_takes_as_many_queries_whatever_its_length(as_alice, as_bob, as_charlie, agent):
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert as_alice.get("/conversations").status_code == 200
        return len(caught)

    for other in (as_bob, as_charlie):
        as_alice.says(as_alice.opens("DirectMessage", other), "Hello")
    few = queries()
    for number in range(10):
        room = as_alice.opens("Room", as_bob, as_charlie, agent, title=f"{number}")
        as_bob.says(room, "Hello")
    assert queries() == few
    assert few <= 6


def test_a_chat_with_an_agent_begins_with_words_or_without(as_alice, as_bob, agent):
    begun = as_alice.post(f"/agents/{agent.pk}/start", initial_message="Why do whales sing?")
    assert begun.status_code == 201
    told = begun.json()
    assert told["conversation"]["title"] == "Why do whales sing?"
    assert Message.objects.get(pk=told["message"]["answer_id"]).sender.agent_id == agent.pk
    wordless = as_alice.post(f"/agents/{agent.pk}/start").json()
    assert (wordless["conversation"]["title"], wordless["message"]) == ("", None)
    assert as_alice.post(f"/agents/{agent.pk}/start", initial_message=" ").status_code == 422
    before = Conversation.objects.count()
    assert as_bob.post(f"/agents/{agent.pk}/start", initial_message="Hi").status_code == 404
    assert Conversation.objects.count() == before


def test_people_are_listed_for_who_is_signed_in(as_alice, as_bob, as_charlie, client, bob):
    bob.display_name = "Robert"
    bob.save()
    told = as_alice.get("/people").json()
    assert [(one["id"], one["name"]) for one in told["participants"]] == [
        (as_bob.id, "Robert"),
        (as_charlie.id, "charlie"),
    ]
    assert [one["name"] for one in as_alice.get("/people?search=rob").json()["participants"]] == ["Robert"]
    assert client.get("/api/people").status_code == 401
