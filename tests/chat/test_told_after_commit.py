"""Nobody is told of what is not committed: whoever looks when told finds it, and a failure tells nobody."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from chat.models import Conversation, Message
from chat.services.answers import retry_answer, stop_current_answer
from chat.services.conversations import delete_conversation, rename_conversation
from chat.services.messages import post_message
from tests.chat.pushes import intercept

pytestmark = pytest.mark.django_db(transaction=True)


def look() -> tuple:
    """What somebody else sees in the database."""
    try:
        said = Message.objects.order_by("id").values_list("content", "status", "active")
        return tuple(Conversation.objects.values_list("title", flat=True)), tuple(said)
    finally:
        connection.close()


@pytest.fixture
def told(monkeypatch) -> list[tuple]:
    """What somebody else saw at each push of ours, in order."""
    seen = []
    pool = ThreadPoolExecutor(1)

    async def group_send(send, group, message):
        seen.append(pool.submit(look).result(10))
        await send(group, message)

    intercept(monkeypatch, group_send)
    yield seen
    pool.shutdown()


def say(alice, conversation, client_id="one"):
    return post_message(actor=alice, conversation_id=conversation.pk, content="Why?", client_id=client_id)


def stopped(alice, conversation):
    stop_current_answer(actor=alice, conversation_id=conversation.pk)


def retried(alice, conversation):
    answer = Message.objects.filter(role="assistant").latest("id")
    retry_answer(actor=alice, conversation_id=conversation.pk, message_id=answer.pk)


def renamed(alice, conversation):
    rename_conversation(actor=alice, conversation_id=conversation.pk, title="Whales")


def deleted(alice, conversation):
    delete_conversation(actor=alice, conversation_id=conversation.pk)


@pytest.mark.parametrize(
    "steps",
    [[say], [say, stopped], [say, stopped, retried], [renamed], [say, deleted]],
    ids=lambda steps: steps[-1].__name__,
)
def test_whoever_is_told_finds_it_in_the_database(alice, conversation, told, steps):
    for step in steps[:-1]:
        step(alice, conversation)
    told.clear()
    steps[-1](alice, conversation)
    assert told
    assert set(told) == {look()}


def test_what_is_rolled_back_is_told_to_nobody(alice, conversation, told):
    def fail():
        with transaction.atomic():
            say(alice, conversation)
            renamed(alice, conversation)
            raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        fail()
    assert told == []
