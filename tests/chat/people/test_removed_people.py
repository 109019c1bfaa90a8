"""Somebody is removed in the admin: what was theirs alone goes with them, what they shared stays."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from accounts.services.members import remove_person
from agents.models import Agent, Run, RunEvent
from agents.models.run import RunState
from chat.models import Conversation, Message
from chat.services.conversations import start_conversation
from chat.services.messages import post_message

pytestmark = pytest.mark.django_db
People = get_user_model()


@pytest.fixture
def agent(bob) -> Agent:
    return Agent.objects.create(owner=bob, name="Librarian", system_prompt="Help.", visibility="everyone")


def asks(person, conversation_id):
    return post_message(actor=person, conversation_id=conversation_id, content="Why?", client_id="1")


def test_a_conversation_that_only_they_see_goes_with_its_runs_and_files(alice, bob, agent):
    hers, his = (start_conversation(actor=person, agent=agent) for person in (alice, bob))
    asks(alice, hers.pk)
    kept = asks(bob, his.pk)
    remove_person(user=alice)
    assert list(Conversation.objects.all()) == [his]
    assert [run.chat_id for run in Run.objects.all()] == [his.pk]
    assert set(Message.objects.all()) == {kept.message, kept.answer}
    assert Agent.objects.get() == agent


def test_their_agents_go_with_the_conversations_that_others_had_with_them(alice, bob, agent):
    asks(alice, start_conversation(actor=alice, agent=agent).pk)
    remove_person(user=bob)
    assert not Agent.objects.exists()
    assert not Run.objects.exists()
    assert not Conversation.objects.exists()
    assert list(People.objects.all()) == [alice]


def test_a_room_is_handed_on_and_what_others_said_stays(as_alice, as_bob, as_charlie, alice):
    room = as_alice.opens("Room", as_bob, as_charlie, title="Garden")
    as_alice.says(room, "I am off.")
    as_bob.says(room, "Farewell!")
    remove_person(user=alice)
    told = as_bob.get(f"/conversations/{room['id']}").json()
    assert [(one["name"], one["role"]) for one in told["participants"]] == [
        ("bob", "owner"),
        ("charlie", "member"),
    ]
    said = as_bob.get(f"/conversations/{room['id']}/messages").json()["messages"]
    assert "Farewell!" in [one["content"] for one in said]
    assert "I am off." not in [one["content"] for one in said]


def test_what_they_asked_in_a_room_is_stopped(as_alice, as_bob, alice, agent):
    room = as_alice.opens("Room", as_bob, agent, title="Garden")
    as_alice.says(room, "@Librarian Why?")
    (run,) = Run.objects.all()
    remove_person(user=alice)
    run.refresh_from_db()
    assert run.cancel_requested_at is not None or run.state == RunState.CANCELLED


def test_of_a_direct_message_the_other_keeps_what_they_said(as_alice, as_bob, alice, bobs):
    talk = as_alice.opens("DirectMessage", as_bob)
    as_alice.says(talk, "Hello Bob")
    as_bob.says(talk, "Hello Alice")
    remove_person(user=alice)
    said = as_bob.get(f"/conversations/{talk['id']}/messages").json()["messages"]
    assert [one["content"] for one in said] == ["Hello Alice"]
    assert as_bob.get("/conversations").status_code == 200
    page = bobs.get(reverse("chat:conversation", args=[talk["id"]]))
    assert page.status_code == 200
    assert "Hello Alice" in page.text
    assert "Somebody who is gone" in page.text


@pytest.mark.parametrize("way", ["page", "action"])
def test_the_admin_says_what_goes_and_removes_it(admin_client, alice, bob, agent, way):
    """With its own way it would list every message, and refuse because nobody may delete runs."""
    asks(alice, start_conversation(actor=alice, agent=agent).pk)
    if way == "page":
        place, given = reverse("admin:accounts_user_delete", args=[bob.pk]), {}
    else:
        place = reverse("admin:accounts_user_changelist")
        given = {"action": "delete_selected", "_selected_action": [str(bob.pk)]}
    asked = admin_client.post(place, given) if given else admin_client.get(place)
    assert asked.status_code == 200
    assert "agents: 1" in asked.text.lower()
    assert Agent.objects.exists()
    done = admin_client.post(place, given | {"post": "yes"})
    assert done.status_code == 302
    assert not People.objects.filter(pk=bob.pk).exists()
    assert not Agent.objects.exists()
    assert not Conversation.objects.exists()
    assert not RunEvent.objects.exists()
    assert People.objects.filter(pk=alice.pk).exists()


def test_who_may_not_delete_people_is_refused(alices, bob):
    assert (
        alices.post(reverse("admin:accounts_user_delete", args=[bob.pk]), {"post": "yes"}).status_code == 302
    )
    assert People.objects.filter(pk=bob.pk).exists()
