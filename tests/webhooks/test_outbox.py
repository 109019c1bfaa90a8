"""What happens is in the outbox in the transaction in which it happens; nobody else's, and no word of it."""

import json

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from chat.models import Message
from chat.services.answers import stop_answer
from chat.services.conversations import start_conversation
from chat.services.messages import edit_message, post_message
from webhooks import listeners, outbox
from webhooks.models import Delivery, EventType
from webhooks.services.webhooks import update_webhook

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation(alice, agent):
    return start_conversation(actor=alice, agent=agent)


def told() -> list[str]:
    return list(Delivery.objects.order_by("id").values_list("type", flat=True))


def test_a_message_is_told_with_ids_only(hook, alice, conversation):
    posted = post_message(actor=alice, conversation_id=conversation.pk, content="A secret", client_id="one")
    (delivery,) = Delivery.objects.all()
    body = json.loads(delivery.body)
    assert delivery.next_at is not None
    assert body["type"] == "message.created"
    assert body["data"] == {
        "conversation_id": str(conversation.pk),
        "message_id": str(posted.message.pk),
        "agent_id": str(conversation.agent_id),
    }
    assert "secret" not in delivery.body


def test_the_same_send_again_is_not_told_again(hook, alice, conversation):
    for _ in range(3):
        post_message(actor=alice, conversation_id=conversation.pk, content="One", client_id="one")
    assert told() == ["message.created"]


def test_an_edited_message_is_a_new_one(hook, alice, conversation):
    posted = post_message(actor=alice, conversation_id=conversation.pk, content="One", client_id="one")
    stop_answer(actor=alice, conversation_id=conversation.pk, message_id=posted.message.pk)
    Message.objects.filter(pk=posted.answer.pk).update(status="cancelled")
    edit_message(
        actor=alice,
        conversation_id=conversation.pk,
        message_id=posted.message.pk,
        content="Two",
        client_id="two",
    )
    assert told().count("message.created") == 2


def test_what_is_rolled_back_is_told_to_nobody(hook, alice, conversation):
    with pytest.raises(RuntimeError), transaction.atomic():
        post_message(actor=alice, conversation_id=conversation.pk, content="One", client_id="one")
        raise RuntimeError
    assert told() == []


def test_nobody_is_told_of_anothers(hook, bob, agent):
    agent.visibility = "everyone"
    agent.save()
    theirs = start_conversation(actor=bob, agent=agent)
    post_message(actor=bob, conversation_id=theirs.pk, content="One", client_id="one")
    assert told() == []


@pytest.mark.parametrize("change", [{"active": False}, {"events": ["run.failed"]}])
def test_who_does_not_want_it_is_not_told(hook, alice, conversation, change):
    update_webhook(actor=alice, webhook_id=hook.pk, **change)
    post_message(actor=alice, conversation_id=conversation.pk, content="One", client_id="one")
    assert told() == []


def test_who_has_none_pays_no_statement(alice, conversation, monkeypatch):
    monkeypatch.setattr(listeners, "FRESH", 60.0)
    listeners.look()
    with CaptureQueriesContext(connection) as queries:
        outbox.tell(alice.pk, EventType.MESSAGE_CREATED, message_id="one")
    assert len(queries) == 0
