"""Client ids where several people write: each has their own, and none stands in another's way."""

import pytest

from chat.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def room(as_alice, as_bob):
    return as_alice.opens("Room", as_bob, title="Whales")


def sends(caller, room, content, **fields):
    return caller.post(f"/conversations/{room['id']}/messages", content=content, client_id="1", **fields)


@pytest.mark.parametrize("words", ["Hello", "Something else"])
def test_two_people_may_use_the_same(room, as_alice, as_bob, words):
    hers = sends(as_alice, room, "Hello")
    his = sends(as_bob, room, words)
    assert (hers.status_code, his.status_code) == (201, 201)
    assert his.json()["sender"]["id"] == as_bob.id
    assert sends(as_bob, room, words).json() == his.json()
    assert sends(as_alice, room, "Hello").json() == hers.json()
    assert Message.objects.count() == 2


def test_nobody_has_a_key_used_up_by_another(room, as_alice, as_bob):
    """Everybody in a room reads the ids of the others."""
    seen = as_alice.says(room, "First", client_id="a-1")["client_id"]
    answer = as_bob.post(f"/conversations/{room['id']}/messages", content="Second", client_id=seen)
    assert (answer.status_code, answer.json()["content"]) == (201, "Second")


def test_the_same_words_as_an_answer_to_something_else_are_a_conflict(room, as_alice, as_bob):
    question = as_bob.says(room, "Why?")
    assert sends(as_alice, room, "Because", reply_to=question["id"]).status_code == 201
    assert sends(as_alice, room, "Because", reply_to=question["id"]).status_code == 200
    assert sends(as_alice, room, "Because").status_code == 409


def test_an_announcement_is_not_the_same_as_a_message(room, as_alice):
    assert sends(as_alice, room, "Dinner").status_code == 201
    assert sends(as_alice, room, "Dinner", message_type="System").status_code == 409


@pytest.mark.parametrize("key", ['"8e03978e"', "order 47/11", "k" * 255])
def test_whatever_a_program_takes_as_its_key_stands_for_one_message(room, as_alice, key):
    def send():
        return as_alice.post(
            f"/conversations/{room['id']}/messages", content="Hello", headers={"Idempotency-Key": key}
        )

    first, again = send(), send()
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
