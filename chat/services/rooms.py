"""Rooms: several people, and the agents they have taken in."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from chat.models import Conversation, Participant
from chat.models.conversation import ConversationKind
from chat.search_entries import index_title
from chat.services.conversations import clean_title
from chat.services.members import add_members
from chat.services.participants import participant_of_user
from chat.text import clean_metadata

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def open_room(
    *,
    actor: "User",
    title: str = "",
    participants: Sequence[Participant] = (),
    metadata: Mapping[str, Any] | None = None,
) -> Conversation:
    """A room of the actor, who owns it, with these members. Raises Invalid for what is too long."""
    mine = participant_of_user(actor)
    conversation = Conversation.objects.create(
        kind=ConversationKind.ROOM,
        title=clean_title(title),
        created_by=actor,
        metadata=clean_metadata(metadata or {}),
        last_message_at=timezone.now(),
    )
    add_members(conversation, [mine, *participants], owner=mine)
    if conversation.title:
        index_title(conversation.pk, conversation.title)
    return conversation
