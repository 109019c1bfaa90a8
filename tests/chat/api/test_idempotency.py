"""``Idempotency-Key``: what is sent again is done once, and gets the same answer."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from django.test import Client

from agents.models import Run
from chat.models import Conversation, Message
from chat.services.conversations import start_conversation
from tests.chat.api.people import key_of

pytestmark = pytest.mark.django_db(transaction=True)

ASSISTANT = "/api/v1/chat/messages"


def say(browser, chat_id, content, key=None, **more):
    headers = {"Idempotency-Key": key} if key is not None else {}
    return browser.post(
        f"/api/chats/{chat_id}/messages",
        {"content": content, **more},
        content_type="application/json",
        headers=headers,
    )


@pytest.mark.parametrize(
    "key", ["one", "8e03978e-40d5-43dd-bc93-6894a57f9324", '"8e03978e"', "a key, with signs!", "x" * 255]
)
def test_the_same_again_is_the_same_message(alices, conversation, key):
    first, second = (say(alices, conversation.pk, "Why?", key, metadata={"a": 1}) for _ in range(2))
    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert (Message.objects.filter(role="user").count(), Run.objects.count()) == (1, 1)


def test_another_body_with_the_same_key_is_a_conflict(alices, conversation):
    say(alices, conversation.pk, "Why?", "one", metadata={"a": 1})
    for answer in (
        say(alices, conversation.pk, "How?", "one", metadata={"a": 1}),
        say(alices, conversation.pk, "Why?", "one", metadata={"a": 2}),
        say(alices, conversation.pk, "Why?", "one"),
    ):
        assert (answer.status_code, answer.json()["error"]) == (409, "conflict")
    assert Run.objects.count() == 1


def test_without_a_key_each_is_a_new_message(alices, conversation):
    assert [say(alices, conversation.pk, "Why?").status_code for _ in range(2)] == [201, 201]
    assert Run.objects.count() == 2


def test_a_key_counts_in_its_chat(alice, alices, agent, conversation):
    other = start_conversation(actor=alice, agent=agent)
    assert say(alices, conversation.pk, "Why?", "one").status_code == 201
    assert say(alices, other.pk, "How?", "one").status_code == 201


def test_the_client_id_of_a_page_is_the_same_key(alices, conversation):
    page = alices.post(f"/chat/{conversation.pk}/messages/", {"content": "Why?", "client_id": "one"})
    assert page.status_code == 302
    answer = say(alices, conversation.pk, "Why?", "one")
    assert answer.json()["message_id"] == str(Message.objects.get(role="user").pk)


@pytest.mark.parametrize("key", ["", "x" * 256])
def test_what_can_be_no_key_is_refused(alices, conversation, key):
    answer = say(alices, conversation.pk, "Why?", key)
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid")
    assert Message.objects.count() == 0


def at_once(number, ask):
    """What ``number`` threads get that ask in the same moment."""
    meeting = Barrier(number)

    def one(_number):
        meeting.wait(timeout=30)
        try:
            return ask()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(number) as threads:
        return list(threads.map(one, range(number)))


def test_fifty_at_once_are_one_message_and_one_run(alice, conversation):
    headers = {"Authorization": f"Bearer {key_of(alice)}"}
    answers = at_once(50, lambda: say(Client(headers=headers), conversation.pk, "Why?", "one"))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert (Message.objects.filter(role="user").count(), Run.objects.count()) == (1, 1)


def test_fifty_first_messages_at_once_are_one_conversation(alice, agent):
    headers = {"Authorization": f"Bearer {key_of(alice)}", "Idempotency-Key": "one"}

    def ask():
        return Client(headers=headers).post(ASSISTANT, {"content": "Why?"}, content_type="application/json")

    assert {answer.status_code for answer in at_once(50, ask)} == {200}
    assert (Conversation.objects.count(), Run.objects.count()) == (1, 1)
