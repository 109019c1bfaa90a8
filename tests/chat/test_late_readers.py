"""A page that is opened while an answer is under way follows it, however long it has been under way."""

from datetime import timedelta

from django.utils import timezone

from chat.live import Page
from chat.models import Message
from chat.services.messages import post_message


def test_an_answer_whose_row_has_not_changed_for_long_is_followed(alice, conversation) -> None:
    posted = post_message(actor=alice, conversation_id=conversation.pk, content="Slowly", client_id="one")
    Message.objects.update(updated_at=timezone.now() - timedelta(minutes=5))
    changes = Page(alice, conversation.pk).changes(timezone.now())
    assert [running.message_id for running in changes.running] == [posted.answer.pk]
