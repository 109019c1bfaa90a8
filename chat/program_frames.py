"""What a socket says to a program, besides the events of runs."""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from chat.errors import Refused
from chat.models import Message
from chat.models.message import MessageRole
from chat.services.messages import Posted
from chat.text import CLIENT_ID
from chat.told import participant_told

#: How the assistant dialect calls what somebody said.
MESSAGE_TYPES = {
    MessageRole.USER: "user_input",
    MessageRole.ASSISTANT: "assistant_response",
    MessageRole.SYSTEM: "system_message",
}


#: What the unified dialect calls the news of a feed.
NEWS = {
    "received": "MessageReceived",
    "conversation": "ConversationUpdated",
    "joined": "ParticipantJoined",
    "left": "ParticipantLeft",
}
TYPING = {True: "TypingStarted", False: "TypingStop"}


def frame(kind: str, **fields: Any) -> str:
    return json.dumps({"type": kind, **fields}, ensure_ascii=False, separators=(",", ":"), default=_as_text)


def _as_text(value: Any) -> str:
    """Ids and moments, the only other things that are said."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def stored_message(message: Message) -> dict[str, Any]:
    """The message as it is stored."""
    return {
        "id": message.pk,
        "conversation_id": message.conversation_id,
        "sender": participant_told(message.sender),
        "role": message.role,
        "content": message.content,
        "message_type": MESSAGE_TYPES[MessageRole(message.role)],
        "status": message.status,
        "client_id": message.client_id,
        "reply_to": message.reply_to_id,
        "timestamp": message.created_at,
    }


def ack(posted: Posted) -> str:
    """Said only once the message is stored. ``created`` is false where it had been before."""
    return frame(
        "ack",
        client_id=posted.message.client_id,
        conversation_id=posted.message.conversation_id,
        message=stored_message(posted.message),
        answer_id=posted.answer.pk if posted.is_asked else None,
        created=posted.created,
    )


def news_frames(news: dict[str, Any], dialects: Collection[str]) -> list[str]:
    """What a program is told of a person's conversations, in the dialects it has asked for."""
    fields: dict[str, Any] = {"conversation_id": news["conversation_id"]}
    frames: list[str] = []
    if news["kind"] == "typing" and "runs" in dialects:
        frames.append(frame("typing", **fields, participant=news["participant"], typing=news["typing"]))
    if "people" in dialects:
        name = NEWS[news["kind"]] if news["kind"] != "typing" else TYPING[news["typing"]]
        said = {key: news[key] for key in ("message", "conversation", "participant") if key in news}
        frames.append(frame(name, **fields, **said))
    return frames


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
