"""What a socket says to a program, besides the events of runs."""

import json
from typing import Any

from chat.errors import Refused
from chat.models import Message
from chat.models.message import MessageRole
from chat.services.messages import Posted
from chat.text import CLIENT_ID

#: How the assistant dialect calls what somebody said.
MESSAGE_TYPES = {
    MessageRole.USER: "user_input",
    MessageRole.ASSISTANT: "assistant_response",
    MessageRole.SYSTEM: "system_message",
}


def frame(kind: str, **fields: Any) -> str:
    return json.dumps({"type": kind, **fields}, ensure_ascii=False, separators=(",", ":"), default=str)


def stored_message(message: Message) -> dict[str, Any]:
    """The message as it is stored, with the ids of who said it and of what it answers."""
    return {
        "id": message.pk,
        "conversation_id": message.conversation_id,
        "sender_id": message.sender_id,
        "role": message.role,
        "content": message.content,
        "message_type": MESSAGE_TYPES[MessageRole(message.role)],
        "status": message.status,
        "client_id": message.client_id,
        "reply_to": message.reply_to_id,
        "timestamp": message.created_at.isoformat(timespec="microseconds"),
    }


def ack(posted: Posted) -> str:
    """Said only once the message is stored. ``created`` is false where it had been before."""
    return frame(
        "ack",
        client_id=posted.message.client_id,
        conversation_id=posted.message.conversation_id,
        message=stored_message(posted.message),
        answer_id=posted.answer.pk,
        created=posted.created,
    )


def refusal(refused: Refused, asked: dict[str, Any] | None = None, **fields: Any) -> str:
    """An ``error``, with what the client can tell by which of its messages it answers."""
    given = asked or {}
    named = {name: text for name in ("conversation_id", "client_id") if (text := _id_in(given, name))}
    if given.get("type") and _is_id(given["type"]):
        named["request"] = given["type"]
    return frame("error", error=refused.key, detail=refused.detail, **named, **fields)


def _id_in(given: dict[str, Any], name: str) -> str:
    data = given.get("data")
    for fields in (given, data if isinstance(data, dict) else {}):
        if _is_id(fields.get(name)):
            return str(fields[name])
    return ""


def _is_id(value: Any) -> bool:
    """Nothing else is sent back: it may be anything."""
    return isinstance(value, str) and bool(CLIENT_ID.fullmatch(value))
