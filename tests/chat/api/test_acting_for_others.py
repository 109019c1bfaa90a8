"""A program that acts for people of its own, whom it names as it likes."""

import json

import pytest
from django.contrib.auth import get_user_model
from uuid_utils.compat import uuid7

from accounts.models import ActedFor
from agents.models import Run
from chat.models import Conversation, Message
from tests.chat.api.people import BOTH, program_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def program(alice, agent):
    return program_of(alice, BOTH)


def chat_of(program, name, **body) -> dict:
    answer = program.post(f"/api/users/{name}/chats", body, content_type="application/json")
    assert answer.status_code == 201, answer.json()
    return answer.json()


def say(program, chat, content="Why?"):
    return program.post(
        f"/api/chats/{chat['chat_id']}/messages", {"content": content}, content_type="application/json"
    )


def test_a_person_is_made_when_their_id_is_seen_first(alice, program):
    first, second = (program.get("/api/users/customer 4711!").json() for _ in range(2))
    assert first == second
    assert (first["user_id"], first["name"], first["email"]) == ("customer 4711!", "customer 4711!", "")
    person = ActedFor.objects.get().user
    assert not person.has_usable_password()
    assert not (person.is_staff or person.is_superuser)
    assert get_user_model().objects.count() == 2


def test_their_chats_are_theirs_and_the_program_does_all_for_them(alice, agent, program):
    chat = chat_of(program, "ada", title="Engines", agent_id=str(agent.pk))
    assert chat["user_id"] == "ada"
    assert program.get("/api/users/ada/chats").json()["items"] == [chat]
    assert program.get("/api/users/me/chats").json()["total"] == 0
    sent = say(program, chat).json()
    message = Message.objects.get(role="user")
    assert message.sender.user == ActedFor.objects.get(external_id="ada").user
    assert Run.objects.get().owner == message.sender.user
    assert program.get(f"/api/chats/{chat['chat_id']}").json()["message_count"] == 2
    assert program.get(f"/api/chats/{chat['chat_id']}/messages").json()["total"] == 2
    cancel = program.post(f"/api/chats/{chat['chat_id']}/messages/{sent['message_id']}/cancel")
    assert cancel.json()["status"] == "cancelled"
    events = program.get(f"/api/messages/{sent['message_id']}/events").json()
    assert [event["type"] for event in events] == ["end"]
    stream = program.get(sent["stream_url"], headers={"Last-Event-ID": events[-1]["id"]})
    assert stream.status_code == 204


def test_one_person_does_not_see_the_chats_of_another(program):
    chat_of(program, "ada")
    assert program.get("/api/users/grace/chats").json()["total"] == 0


def test_two_accounts_with_the_same_id_mean_two_people(alice, bob, agent, program):
    chat = chat_of(program, "ada")
    other = program_of(bob, BOTH)
    assert other.get("/api/users/ada/chats").json()["total"] == 0
    for answer in (
        other.get(f"/api/chats/{chat['chat_id']}"),
        other.get(f"/api/chats/{chat['chat_id']}/messages"),
        say(other, chat),
    ):
        assert answer.status_code == 404
    assert ActedFor.objects.count() == 2


def test_the_id_of_another_account_leads_to_nobody_but_a_new_person(alice, bob, agent, program):
    from chat.services.conversations import start_conversation

    theirs = start_conversation(actor=bob, agent=agent)
    assert program.get(f"/api/users/{bob.pk}").json()["email"] == ""
    assert program.get(f"/api/users/{bob.pk}/chats").json()["total"] == 0
    assert program.get(f"/api/chats/{theirs.pk}").status_code == 404
    assert ActedFor.objects.get().user != bob


@pytest.mark.parametrize("scopes", [("read",), ("write",)])
def test_a_key_without_the_scope_finds_nobody_and_makes_nobody(alice, agent, program, scopes):
    chat = chat_of(program, "ada")
    sent = say(program, chat).json()
    other = program_of(alice, scopes)
    for place in (
        "/api/users/ada",
        "/api/users/grace",
        "/api/users/ada/chats",
        f"/api/chats/{chat['chat_id']}",
        f"/api/chats/{chat['chat_id']}/messages",
        f"/api/messages/{sent['message_id']}/events",
        sent["stream_url"],
    ):
        assert other.get(place).status_code == 404, place
    assert ActedFor.objects.count() == 1


def test_who_lost_the_permission_acts_for_nobody_any_more(alice, program):
    chat = chat_of(program, "ada")
    alice.user_permissions.clear()
    assert program.get(f"/api/chats/{chat['chat_id']}").status_code == 404
    assert program.get("/api/users/ada").status_code == 404


def test_the_agent_is_one_of_the_program_s(bob, program):
    from agents.models import Agent

    theirs = Agent.objects.create(owner=bob, name="Spy", system_prompt="You spy.")
    for agent_id in (theirs.pk, uuid7()):
        answer = program.post(
            "/api/users/ada/chats", json.dumps({"agent_id": str(agent_id)}), content_type="application/json"
        )
        assert answer.status_code == 404
    assert Conversation.objects.count() == 0


@pytest.mark.parametrize("name", ["x" * 201, "a%0Ab", "%E2%80%AE", "%00"])
def test_what_can_be_no_id_is_nobody(program, name):
    answer = program.get(f"/api/users/{name}")
    assert (answer.status_code, ActedFor.objects.count()) == (404, 0)
