"""What a person may see: conversations, messages, and the lists of them. Each takes who asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from chat.errors import NotFound
from chat.models import Conversation, Membership, Message

if TYPE_CHECKING:
    from accounts.models import User

PAGE = 50


def conversations_of(user: "User") -> QuerySet[Conversation]:
    return Conversation.objects.filter(memberships__participant__user=user)


def last_agent_id(user: "User") -> UUID | None:
    """The agent the person talked with last, if any."""
    recent = conversations_of(user).exclude(agent=None).order_by("-last_message_at")
    return recent.values_list("agent_id", flat=True).first()


def membership_for(user: "User", conversation_id: UUID) -> Membership:
    """The person's membership with its conversation, agent and participant, in one query. Raises NotFound."""
    membership = (
        Membership.objects.select_related("conversation__agent__participant", "participant")
        .filter(conversation_id=conversation_id, participant__user=user)
        .first()
    )
    if membership is None:
        raise NotFound
    return membership


def message_for(user: "User", conversation_id: UUID, message_id: UUID) -> Message:
    """A message of a conversation the person is in. Raises NotFound."""
    message = (
        Message.objects.select_related("conversation__agent", "sender__agent", "sender__user", "run")
        .filter(
            pk=message_id, conversation_id=conversation_id, conversation__memberships__participant__user=user
        )
        .first()
    )
    if message is None:
        raise NotFound
    return message


@dataclass(frozen=True)
class MessagePage:
    """Up to 50 messages, oldest first, and whether there are earlier ones."""

    messages: Sequence[Message]
    has_earlier: bool


def shown_messages(conversation_id: UUID) -> QuerySet[Message]:
    """The messages a page shows, with what a page says of their senders."""
    return Message.objects.filter(conversation_id=conversation_id, active=True).select_related(
        "sender__agent", "sender__user", "run"
    )


def message_page(conversation_id: UUID, *, before: UUID | None = None, limit: int = PAGE) -> MessagePage:
    """The last messages, or the last before one of them, from the index whatever the length."""
    messages = shown_messages(conversation_id)
    if before is not None:
        if not messages.filter(pk=before).exists():
            raise NotFound(_("There is no such message."))
        messages = messages.filter(pk__lt=before)
    found = list(messages.order_by("-id")[: limit + 1])
    return MessagePage(messages=found[:limit][::-1], has_earlier=len(found) > limit)
