"""What the conversation page is told, whole or as a part."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils import timezone

from agents.engine.fold import RunFold
from agents.eventlog import read
from agents.services.workspaces import count_files
from chat.live import cursor_now
from chat.message_view import views_of
from chat.models import Message
from chat.selectors import membership_for, message_page, names_of_direct
from chat.services.answers import LIVE

if TYPE_CHECKING:
    from accounts.models import User


def conversation_page(user: "User", conversation_id: UUID) -> dict[str, Any]:
    """The last messages with the answers under way as far as they are. Raises NotFound."""
    membership = membership_for(user, conversation_id)
    cursor = cursor_now()  # before the reading: what changes meanwhile comes over the socket
    page = message_page(conversation_id)
    membership.last_read_at = timezone.now()
    membership.save(update_fields=["last_read_at"])
    conversation = membership.conversation
    conversation.title = names_of_direct(user, [conversation]).get(conversation_id, conversation.title)
    return {
        "conversation": conversation,
        "agent": membership.conversation.agent,
        "membership": membership,
        "messages": views_of(page.messages, reader=user.pk, folds=folds_of(page.messages)),
        "has_earlier": page.has_earlier,
        "cursor": cursor,
        "file_count": count_files(conversation_id),
    }


def earlier_page(user: "User", conversation_id: UUID, before: UUID) -> dict[str, Any]:
    """The messages before one. Raises NotFound."""
    membership = membership_for(user, conversation_id)
    page = message_page(conversation_id, before=before)
    return {
        "conversation": membership.conversation,
        "messages": views_of(page.messages, reader=user.pk),
        "has_earlier": page.has_earlier,
    }


def folds_of(messages: "list[Message] | Any") -> dict[UUID, RunFold]:
    """The folds of the answers under way, by message id: at most a few, since one is written at a time."""
    folds = {}
    for message in messages:
        if message.status in LIVE and message.run_id:
            fold = folds[message.pk] = RunFold()
            for stored in read(message.run_id):
                fold.apply(stored.event, stored.ts)
    return folds
