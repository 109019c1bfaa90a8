"""What the doors to conversations of people and agents take in and give out."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field

from accounts.schemas import TEXT, Strict
from chat.api.schemas import Words
from chat.models.conversation import MAX_TITLE
from chat.services.members import MOST_MEMBERS
from chat.text import CLIENT_ID

ConversationType = Literal["DirectMessage", "AgentChat", "Room"]
Id = Annotated[UUID, Field(strict=False)]  # JSON has only text for it
MessageType = Literal["Text", "Image", "File", "System"]

_ALICE, _LIBRARIAN = "019a0000-0000-7000-8000-0000000000aa", "019a0000-0000-7000-8000-00000000000a"
_CONVERSATION, _MESSAGE = "019a0000-0000-7000-8000-000000000001", "019a0000-0000-7000-8000-000000000002"
_AT = "2026-11-21T03:00:00.123456Z"
_PARTICIPANT: dict[str, Any] = {"id": _ALICE, "participant_type": "User", "name": "Alice"}
_CONVERSATION_OUT: dict[str, Any] = {
    "id": _CONVERSATION,
    "conversation_type": "Room",
    "title": "Whales",
    "participants": [_PARTICIPANT | {"role": "owner", "joined_at": _AT}],
    "metadata": {},
    "unread_count": 2,
    "last_message_at": _AT,
    "created_at": _AT,
    "updated_at": _AT,
}
_MESSAGE_OUT: dict[str, Any] = {
    "id": _MESSAGE,
    "conversation_id": _CONVERSATION,
    "sender": _PARTICIPANT,
    "message_type": "Text",
    "role": "user",
    "content": "@Librarian Why do whales sing?",
    "status": "completed",
    "reply_to": None,
    "audio_url": None,
    "tts_audio_url": None,
    "client_id": "a1",
    "created_at": _AT,
}


def _example(**fields: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [fields]})


def _text(description: str, most: int, default: str = "") -> Any:
    """The bound is told here and kept by the service, which has words for it in the caller's language."""
    extra: Any = {"maxLength": most, "pattern": TEXT}
    return Field(default=default, description=description, json_schema_extra=extra)


def _client_id(description: str) -> Any:
    extra: Any = {"pattern": f"^({CLIENT_ID.pattern})?$"}
    return Field(default="", description=description, json_schema_extra=extra)


class ParticipantOut(Schema):
    """``id`` is the person's or the agent's own."""

    id: UUID
    participant_type: Literal["User", "Agent"]
    name: str


class MemberOut(ParticipantOut):
    role: Literal["owner", "member"]
    joined_at: datetime


class ConversationIn(Strict):
    """``participants`` are the others: one person for a direct message, one agent for a chat with it."""

    model_config = _example(conversation_type="Room", title="Whales", participants=[_ALICE, _LIBRARIAN])

    conversation_type: ConversationType
    title: str | None = _text("None for a direct message, which is called by the other one", MAX_TITLE)
    participants: list[Id] = Field(
        default_factory=list,
        max_length=MOST_MEMBERS,
        description="Ids of people and of agents; your own may be among them",
    )
    metadata: dict[str, Any] = Field(
        default_factory=dict,
        description="What your program keeps with it; at most 16,384 characters of JSON",
    )


class ConversationOut(Schema):
    model_config = _example(**_CONVERSATION_OUT)

    id: UUID
    conversation_type: ConversationType
    title: str
    participants: list[MemberOut]
    metadata: dict[str, Any]
    unread_count: int = Field(description="What others have said since you last read it")
    last_message_at: datetime
    created_at: datetime
    updated_at: datetime


class ConversationPage(Schema):
    """``total`` counts all that were found."""

    conversations: list[ConversationOut]
    total: int
    page: int
    per_page: int


class NewMessage(Strict):
    model_config = _example(content="@Librarian Why do whales sing?", client_id="a1")

    content: Words
    reply_to: Id | None = Field(default=None, description="A message of the conversation")
    message_type: MessageType = Field(
        default="Text", description="`Image` and `File` are refused until there are attachments"
    )
    client_id: str = _client_id("Sent again, it gives the same message")


class ConversationMessage(Schema):
    model_config = _example(**_MESSAGE_OUT)

    id: UUID
    conversation_id: UUID
    sender: ParticipantOut
    message_type: Literal["Text", "System"]
    role: Literal["user", "assistant", "system"]
    content: str
    status: Literal["pending", "processing", "completed", "error", "cancelled"]
    reply_to: UUID | None
    audio_url: str | None = Field(description="What was said, of a message that was spoken")
    tts_audio_url: str | None = Field(description="The message read aloud, once it has been")
    client_id: str | None
    created_at: datetime


class PostedOut(ConversationMessage):
    model_config = _example(**_MESSAGE_OUT, answer_id=None)

    answer_id: UUID | None = Field(description="The message in which an agent answers; null where none does")


class ConversationMessages(Schema):
    """Oldest first. ``total`` counts all that the filters leave."""

    messages: list[ConversationMessage]
    total: int
    page: int
    per_page: int
    has_more: bool


class ReadOut(Schema):
    model_config = _example(conversation_id=_CONVERSATION, unread_count=0, last_read_at=_AT)

    conversation_id: UUID
    unread_count: int
    last_read_at: datetime


class TypingIn(Strict):
    model_config = _example(typing=True)

    typing: bool = True


class ParticipantsIn(Strict):
    model_config = _example(participants=[_LIBRARIAN])

    participants: list[Id] = Field(min_length=1, max_length=MOST_MEMBERS)


class ParticipantPage(Schema):
    participants: list[ParticipantOut]
    total: int
    page: int
    per_page: int


class AgentStartIn(Strict):
    model_config = _example(initial_message="Why do whales sing?")

    initial_message: Words | None = Field(default=None, description="Said at once, if it is there")
    client_id: str = _client_id("Sent again with a message, it gives the same conversation")


class StartedOut(Schema):
    """``message`` is what was said, with the id of its answer; null without an initial message."""

    model_config = _example(conversation=_CONVERSATION_OUT, message=_MESSAGE_OUT | {"answer_id": None})

    conversation: ConversationOut
    message: PostedOut | None
