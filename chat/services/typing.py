"""Saying that somebody is writing. It is stored nowhere: who misses it misses nothing."""

from typing import TYPE_CHECKING
from uuid import UUID

from chat.groups import tell_people_soon
from chat.selectors import membership_for, people_in
from chat.told import participant_told

if TYPE_CHECKING:
    from accounts.models import User


def tell_typing(*, actor: "User", conversation_id: UUID, typing: bool, origin: str = "") -> None:
    """Tells everybody in the conversation. ``origin`` is the socket it came from, which need not be told.

    Raises NotFound.
    """
    participant = membership_for(actor, conversation_id).participant
    news = {
        "kind": "typing",
        "conversation_id": str(conversation_id),
        "participant": participant_told(participant) | {"id": str(actor.pk)},
        "typing": typing,
        "origin": origin,
    }
    tell_people_soon(people_in(conversation_id), news)
