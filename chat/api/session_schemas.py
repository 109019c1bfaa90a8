"""What the doors to sessions take in and give out."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field

from accounts.schemas import TEXT, WORDS, Strict
from agents.api.schemas import AgentOut
from chat.api.schemas import AnswerStatus, Words
from chat.models.conversation import MAX_TITLE

_SESSION: dict[str, Any] = {
    "id": "019a0000-0000-7000-8000-000000000001",
    "agent_id": "019a0000-0000-7000-8000-00000000000a",
    "title": "Why does it rain?",
    "pinned": False,
    "archived": False,
    "message_count": 2,
    "last_message_at": "2026-11-21T03:00:00.123Z",
    "created_at": "2026-11-21T03:00:00.123Z",
    "updated_at": "2026-11-21T03:00:00.123Z",
}


class SessionIn(Strict):
    """A new session. Without a title it is named after the first message."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "Rain"}]})

    title: str = Field(default="", json_schema_extra={"maxLength": MAX_TITLE, "pattern": TEXT})


class SessionChangesIn(Strict):
    """Any of these; what is not given stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "Rain", "pinned": True}]})

    title: str = Field(
        default="", json_schema_extra={"minLength": 1, "maxLength": MAX_TITLE, "pattern": WORDS}
    )
    pinned: bool = Field(default=False, description="First in your list")
    archived: bool = Field(default=False, description="Out of your list")


class MessageIn(Strict):
    """Something a person says. Counted after trimming."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"content": "Why does it rain?"}]})

    content: Words


class SessionOut(Schema):
    """``message_count`` are the messages that are shown; versions put aside do not count."""

    model_config = ConfigDict(json_schema_extra={"examples": [_SESSION]})

    id: UUID
    agent_id: UUID | None = Field(description="null where nobody answers by itself")
    title: str
    pinned: bool
    archived: bool
    message_count: int
    last_message_at: datetime | None
    created_at: datetime
    updated_at: datetime


class SessionPage(Schema):
    """``total`` counts all of your sessions with the agent, ``sessions`` are those of this page."""

    sessions: list[SessionOut]
    total: int


class MessageOut(Schema):
    """``content`` of an answer that failed is what had arrived, and then the fallback."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "019a0000-0000-7000-8000-000000000003",
                    "session_id": _SESSION["id"],
                    "role": "assistant",
                    "content": "Rain forms when …",
                    "message_type": "text",
                    "status": "completed",
                    "reply_to": "019a0000-0000-7000-8000-000000000002",
                    "audio_url": None,
                    "tts_audio_url": None,
                    "attachments": [],
                    "metadata": {"finish": "stop", "interrupted": False},
                    "processing_time_ms": 840,
                    "created_at": "2026-11-21T03:00:00.123Z",
                }
            ]
        }
    )

    id: UUID
    session_id: UUID
    role: Literal["user", "assistant", "system"]
    content: str
    message_type: Literal["text", "voice"]
    status: AnswerStatus
    reply_to: UUID | None = Field(description="Of an answer the message it answers")
    audio_url: str | None = Field(description="What was said, of a message that was spoken")
    tts_audio_url: str | None = Field(description="The message read aloud, once it has been")
    attachments: list[Any]
    metadata: dict[str, Any]
    processing_time_ms: int | None
    created_at: datetime


class SessionDetail(SessionOut):
    """With its agent and its last 50 messages, oldest first."""

    agent: AgentOut | None
    messages: list[MessageOut]


class MessagePage(Schema):
    """Oldest first. ``has_more`` says that there are earlier ones; ``total_count`` counts all."""

    messages: list[MessageOut]
    has_more: bool
    total_count: int


class Exchange(Schema):
    """What was said and what was answered; ``status`` of the answer says whether it is whole."""

    user_message: MessageOut
    assistant_message: MessageOut
