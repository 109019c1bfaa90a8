"""Dialects that promise an answer refuse what no agent would answer; nothing of it is stored."""

import pytest

from chat.models import Message

pytestmark = pytest.mark.django_db

PLACES = ("/sessions/{id}/messages", "/chats/{id}/messages", "/v1/chat/messages")


def says(caller, place, conversation, content="Hello"):
    named = {"conversation_id": conversation["id"]} if "{id}" not in place else {}
    return caller.post(place.format(**conversation), content=content, **named)


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", ["DirectMessage", "Room"])
def test_nobody_answers_between_people(kind, place, as_alice, as_bob):
    answer = says(as_alice, place, as_alice.opens(kind, as_bob))
    assert (answer.status_code, answer.json()["error"]) == (409, "conflict")
    assert not Message.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_agent_that_is_named_in_a_room_answers(as_alice, as_bob, agent):
    room = as_alice.opens("Room", as_bob, agent)
    answer = says(as_alice, "/chats/{id}/messages", room, "@Librarian, why?")
    assert answer.status_code == 201
    assert Message.objects.filter(role="assistant").count() == 1
