"""What programs are told of a message and of who said it, in whichever dialect they speak."""

from typing import TYPE_CHECKING, Any

from agents.fallbacks import fallback_for
from chat.models import Message, Participant
from chat.models.message import GIVEN, MessageRole, MessageStatus

if TYPE_CHECKING:
    from chat.told_pages import ToldRow


def content_told(message: "Message | ToldRow") -> str:
    """The text; of a failed answer what had arrived, and then why there is no more of it.

    The pages say the second apart from the first. Programs have one field, and show it.
    """
    if message.status != MessageStatus.ERROR or message.role != MessageRole.ASSISTANT:
        return message.content
    return "\n\n".join(filter(None, (message.content.rstrip(), fallback_for(message.error))))


def metadata_told(message: "Message | ToldRow") -> dict[str, Any]:
    """What a program keeps with its message; of an answer how it ended. The rest is for our pages."""
    if message.role != MessageRole.ASSISTANT:
        given: dict[str, Any] = message.metadata.get(GIVEN, {})
        return given
    told = {name: message.metadata[name] for name in ("finish", "interrupted") if name in message.metadata}
    return {**told, **({"error": message.error} if message.error else {})}


def participant_told(participant: Participant) -> dict[str, Any]:
    """``id`` is the person's or the agent's own."""
    return {
        "id": participant.agent_id or participant.user_id,
        "participant_type": "Agent" if participant.agent_id else "User",
        "name": str(participant),
    }
