"""What the doors for programs take in and give out."""

from typing import Annotated, Literal
from uuid import UUID

from django.conf import settings
from ninja import Schema
from pydantic import ConfigDict, Field

from accounts.schemas import WORDS

AnswerStatus = Literal["pending", "processing", "completed", "error", "cancelled"]

#: What a message says. The bounds are told here and kept by the services, which have words for them.
Words = Annotated[
    str,
    Field(
        description=f"1 to {settings.MAX_MESSAGE_CHARS:,} characters after trimming",
        json_schema_extra={"minLength": 1, "maxLength": settings.MAX_MESSAGE_CHARS, "pattern": WORDS},
    ),
]


class EventOut(Schema):
    """An event of schema v1: these fields, and those of its type. Ignore types and fields you do not know."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={
            "examples": [
                {
                    "v": 1,
                    "type": "content",
                    "id": "1795230000123_0004_3f2a9c10",
                    "ts": "2026-11-21T03:00:00.123456+00:00",
                    "message_id": "019a0000-0000-7000-8000-000000000002",
                    "chat_id": "019a0000-0000-7000-8000-000000000001",
                    "md": "Rain forms when ",
                }
            ]
        },
    )

    v: int = Field(description="The version of the schema: 1")
    type: str
    id: str = Field(description="Ask for what came after it with `since`, or `Last-Event-ID`")
    ts: str = Field(description="ISO 8601, UTC, microseconds")
    message_id: UUID = Field(description="The message that asked for the run")
    chat_id: UUID


class Cancelled(Schema):
    """``status`` is that of the answer now; while it is `processing`, an `end` with `cancelled` follows."""

    message_id: UUID
    chat_id: UUID
    status: AnswerStatus
