"""Two people and their one conversation."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from chat.models import Conversation, Membership, Message
from chat.services.direct_messages import open_direct_message
from chat.services.participants import participant_known_to

pytestmark = pytest.mark.django_db


def test_it_has_both_and_is_the_same_for_both(as_alice, as_bob):
    opened = as_alice.post(
        "/conversations", conversation_type="DirectMessage", participants=[as_bob.id], metadata={"a": 1}
    )
    assert opened.status_code == 201
    told = opened.json()
    assert told["conversation_type"] == "DirectMessage"
    assert {one["id"] for one in told["participants"]} == {as_alice.id, as_bob.id}
    assert told["metadata"] == {"a": 1}
    again = as_bob.post(
        "/conversations", conversation_type="DirectMessage", participants=[as_alice.id, as_bob.id]
    )
    assert (again.status_code, again.json()["id"]) == (200, told["id"])


@pytest.mark.django_db(transaction=True)
def test_twenty_who_open_it_at_once_open_one(alice, bob):
    people, together = (alice, bob), Barrier(20)

    def open_it(number: int) -> str:
        try:
            me, other = people[number % 2], people[(number + 1) % 2]
            participant = participant_known_to(me, other.pk)
            together.wait()
            return str(open_direct_message(actor=me, other=participant)[0].pk)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as pool:
        assert len(set(pool.map(open_it, range(20)))) == 1
    assert Conversation.objects.count() == 1
    assert Membership.objects.count() == 2


@pytest.mark.parametrize("participants", [[], ["me"], ["bob", "charlie"]])
def test_it_is_with_one_other_person(as_alice, as_bob, as_charlie, participants):
    ids = {"me": as_alice.id, "bob": as_bob.id, "charlie": as_charlie.id}
    answer = as_alice.post(
        "/conversations", conversation_type="DirectMessage", participants=[ids[one] for one in participants]
    )
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid")


def test_an_agent_is_not_a_person(as_alice, agent):
    answer = as_alice.post("/conversations", conversation_type="DirectMessage", participants=[str(agent.pk)])
    assert answer.status_code == 422


def test_who_is_not_known_does_not_exist(as_alice, bob, settings):
    def status() -> int:
        given = {"conversation_type": "DirectMessage", "participants": [str(bob.pk)]}
        return as_alice.post("/conversations", **given).status_code

    bob.is_active = False
    bob.save()
    assert status() == 404
    bob.delete()
    assert (
        as_alice.post(
            "/conversations",
            conversation_type="DirectMessage",
            participants=["019a0000-0000-7000-8000-000000000001"],
        ).status_code
        == 404
    )


def test_what_is_said_comes_to_the_other_unread(as_alice, as_bob):
    direct = as_alice.opens("DirectMessage", as_bob)
    said = as_alice.says(direct, "Hello Bob", client_id="one")
    assert (said["sender"]["id"], said["answer_id"], said["message_type"]) == (as_alice.id, None, "Text")
    (seen,) = as_bob.get("/conversations").json()["conversations"]
    assert (seen["id"], seen["unread_count"]) == (direct["id"], 1)
    (mine,) = as_alice.get("/conversations").json()["conversations"]
    assert mine["unread_count"] == 0
    as_bob.says(direct, "Hello Alice", reply_to=said["id"])
    assert as_bob.post(f"/conversations/{direct['id']}/read").json()["unread_count"] == 0
    told = as_bob.get(f"/conversations/{direct['id']}/messages").json()
    assert [(one["content"], one["reply_to"]) for one in told["messages"]] == [
        ("Hello Bob", None),
        ("Hello Alice", said["id"]),
    ]
    assert as_bob.get("/conversations").json()["conversations"][0]["unread_count"] == 0


def test_the_same_client_id_gives_the_same_message(as_alice, as_bob):
    direct = as_alice.opens("DirectMessage", as_bob)
    said = as_alice.says(direct, "Hello", client_id="one")
    path = f"/conversations/{direct['id']}/messages"
    again = as_alice.post(path, content="Hello", client_id="one")
    assert (again.status_code, again.json()) == (200, said)
    assert as_alice.post(path, content="Goodbye", client_id="one").status_code == 409
    assert Message.objects.count() == 1


def test_nobody_answers_and_nobody_leaves_or_renames_it(as_alice, as_bob, alices):
    direct = as_alice.opens("DirectMessage", as_bob)
    as_alice.says(direct, "Hello")
    assert as_alice.delete(f"/conversations/{direct['id']}/participants/{as_alice.id}").status_code == 409
    assert (
        as_alice.post(f"/conversations/{direct['id']}/participants", participants=[as_bob.id]).status_code
        == 409
    )
    for path, body in (("delete", {}), ("rename", {"title": "x"})):
        assert alices.post(f"/chat/{direct['id']}/{path}/", body).status_code == 409
    assert Conversation.objects.get().title == ""


def test_in_personal_mode_there_is_nobody_to_write_to(as_alice, bob, settings):
    settings.PERSONAL = True
    answer = as_alice.browser.post(
        "/api/conversations",
        {"conversation_type": "DirectMessage", "participants": [str(bob.pk)]},
        content_type="application/json",
        headers={"host": "localhost"},
    )
    assert answer.status_code == 404
    people = as_alice.browser.get("/api/people", headers={"host": "localhost"})
    assert people.json()["participants"] == []
