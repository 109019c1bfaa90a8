"""People, agents and what they say to each other, as programs get them: by the API and by the socket."""

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from chat.models import Membership, Message
from chat.models.conversation import ConversationKind
from chat.models.message import MessageRole
from chat.services.messages import Posted
from chat.sounds import recording_of, speech_of
from chat.told import participant_told
from chat.unread import unread_count

if TYPE_CHECKING:
    from accounts.models import User

Told = dict[str, Any]

TYPES = {
    ConversationKind.DIRECT: "DirectMessage",
    ConversationKind.AGENT_CHAT: "AgentChat",
    ConversationKind.ROOM: "Room",
}


def message_told(message: Message) -> Told:
    """Needs its sender with person and agent. What was spoken is a text that has an ``audio_url`` besides."""
    recording, speech = recording_of(message.metadata), speech_of(message.metadata)
    return {
        "id": message.pk,
        "conversation_id": message.conversation_id,
        "sender": participant_told(message.sender),
        "message_type": "System" if message.role == MessageRole.SYSTEM else "Text",
        "role": message.role,
        "content": message.content,
        "status": message.status,
        "reply_to": message.reply_to_id,
        "audio_url": recording.url if recording else None,
        "tts_audio_url": speech.url if speech else None,
        "client_id": message.client_id,
        "created_at": message.created_at,
    }


def posted_told(posted: Posted) -> Told:
    return message_told(posted.message) | {"answer_id": posted.answer.pk if posted.is_asked else None}


def conversations_told(memberships: Sequence[Membership]) -> list[Told]:
    """In one query more; the memberships have their conversations, and ``unread`` by ``unread_count``."""
    members: defaultdict[UUID, list[Told]] = defaultdict(list)
    ids = [one.conversation_id for one in memberships]
    everybody = Membership.objects.filter(conversation__in=ids).order_by("created_at", "pk")
    for one in everybody.select_related("participant__user", "participant__agent"):
        told = participant_told(one.participant) | {"role": one.role, "joined_at": one.created_at}
        members[one.conversation_id].append(told)
    return [_conversation_told(one, members[one.conversation_id]) for one in memberships]


def _conversation_told(membership: Membership, members: list[Told]) -> Told:
    conversation = membership.conversation
    return {
        "id": conversation.pk,
        "conversation_type": TYPES[ConversationKind(conversation.kind)],
        "title": conversation.title,
        "participants": members,
        "metadata": conversation.metadata,
        "unread_count": membership.unread,  # type: ignore[attr-defined]  # annotated by whoever asked
        "last_message_at": conversation.last_message_at,
        "created_at": conversation.created_at,
        "updated_at": conversation.updated_at,
    }


def conversation_told(user: "User | UUID", conversation_id: UUID) -> Told | None:
    """As that person has it; None where they are not in it."""
    theirs = Membership.objects.filter(conversation=conversation_id, participant__user=user)
    found = list(theirs.select_related("conversation").annotate(unread=unread_count()))
    return conversations_told(found)[0] if found else None
