"""Two people and what they say to each other: one conversation for any two, whoever opens it first."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chat.errors import Invalid
from chat.models import Conversation, Participant
from chat.models.conversation import ConversationKind
from chat.services.members import add_members
from chat.services.participants import participant_of_user
from chat.text import clean_metadata

if TYPE_CHECKING:
    from accounts.models import User


def open_direct_message(
    *, actor: "User", other: Participant, metadata: Mapping[str, Any] | None = None
) -> tuple[Conversation, bool]:
    """The conversation of the two, and whether it was made by this. Raises Invalid for no other person."""
    mine = participant_of_user(actor)
    if other.user_id is None or other.pk == mine.pk:
        raise Invalid(_("A direct message is with one other person."), field="participants")
    key = ":".join(sorted((mine.pk.hex, other.pk.hex)))
    found = Conversation.objects.filter(direct_key=key).first()
    if found is not None:
        return found, False
    try:
        with transaction.atomic():
            conversation = Conversation.objects.create(
                kind=ConversationKind.DIRECT,
                direct_key=key,
                created_by=actor,
                metadata=clean_metadata(metadata or {}),
                last_message_at=timezone.now(),
            )
            add_members(conversation, [mine, other])
    except IntegrityError:  # the other one, or a second call, was first
        return Conversation.objects.get(direct_key=key), False
    return conversation, True
