"""Users, chats and messages as programs of the transparency dialect see them."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Query, Schema
from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from accounts.schemas import Strict
from chat.api.schemas import AnswerStatus, Words

MAX_PAGE_SIZE = 100
#: No database counts further than this many rows.
MAX_PAGE_NUMBER = 10_000_000

PageNumber = Annotated[int, Query(ge=1, le=MAX_PAGE_NUMBER, description="From 1")]
PageSize = Annotated[int, Query(ge=1, le=MAX_PAGE_SIZE, description="Items on a page")]

CHAT: JsonDict = {
    "chat_id": "019a0000-0000-7000-8000-000000000001",
    "user_id": "019a0000-0000-7000-8000-000000000009",
    "title": "Why does it rain?",
    "created_at": "2026-11-21T14:05:00Z",
    "updated_at": "2026-11-21T14:06:30Z",
    "message_count": 2,
}
MESSAGE: JsonDict = {
    "message_id": "019a0000-0000-7000-8000-000000000002",
    "chat_id": "019a0000-0000-7000-8000-000000000001",
    "role": "user",
    "content": "Why does it rain?",
    "status": "completed",
    "metadata": {"ticket": 4711},
    "created_at": "2026-11-21T14:05:00Z",
    "processing_time_ms": None,
}


class UserOut(Schema):
    """A person. ``user_id`` is the id by which you asked; that of your own account for ``me``."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "user_id": "019a0000-0000-7000-8000-000000000009",
                    "name": "Alice",
                    "email": "alice@example.org",
                    "created_at": "2026-11-20T08:00:00Z",
                    "last_active": "2026-11-21T14:06:30Z",
                }
            ]
        }
    )

    user_id: str
    name: str
    email: str = Field(description="Empty where none is known")
    created_at: datetime
    last_active: datetime | None = Field(description="When something was last said in a chat of theirs")


class ChatIn(Strict):
    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "Why does it rain?"}]})

    title: str = Field("", description="At most 200 characters; without one the first message gives it")
    agent_id: Annotated[UUID | None, Field(strict=False)] = Field(
        None, description="Who answers; without one the agent talked with last"
    )


class ChatOut(Schema):
    model_config = ConfigDict(json_schema_extra={"examples": [CHAT]})

    chat_id: UUID
    user_id: str
    title: str
    created_at: datetime
    updated_at: datetime
    message_count: int


class Page(Schema):
    """What every list of this dialect says of itself."""

    total: int
    page: int
    page_size: int
    total_pages: int
    has_more: bool


class ChatPage(Page):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "items": [CHAT],
                    "total": 1,
                    "page": 1,
                    "page_size": 20,
                    "total_pages": 1,
                    "has_more": False,
                }
            ]
        }
    )

    items: list[ChatOut]


class ChatMessageOut(Schema):
    model_config = ConfigDict(json_schema_extra={"examples": [MESSAGE]})

    message_id: UUID
    chat_id: UUID
    role: str = Field(description="`user` or `assistant`; ignore others")
    content: str = Field(description="Of a failed answer what had arrived, then a text that says what to do")
    status: AnswerStatus
    metadata: dict[str, Any] = Field(
        description="What was sent with the message; of an answer `finish`, `interrupted` and, if it failed, "
        "`error`, the key of the fallback"
    )
    created_at: datetime
    processing_time_ms: int | None


class ChatMessagePage(Page):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "items": [MESSAGE],
                    "total": 1,
                    "page": 1,
                    "page_size": 20,
                    "total_pages": 1,
                    "has_more": False,
                }
            ]
        }
    )

    items: list[ChatMessageOut]


class ChatMessageIn(Strict):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"content": "Why does it rain?", "metadata": {"ticket": 4711}}]}
    )

    content: Words
    metadata: dict[str, Any] = Field(
        default_factory=dict, description="Comes back with the message; at most 16,384 characters of JSON"
    )


class Sent(Schema):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "message_id": "019a0000-0000-7000-8000-000000000002",
                    "stream_url": "/api/chats/019a0000-0000-7000-8000-000000000001"
                    "/messages/019a0000-0000-7000-8000-000000000002/stream",
                }
            ]
        }
    )

    message_id: UUID
    stream_url: str = Field(description="Where the events of the answer are, from the root of the site")
