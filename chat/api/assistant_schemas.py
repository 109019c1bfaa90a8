"""Conversations and messages as programs of the assistant dialect see them."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Query, Schema
from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from accounts.schemas import Strict
from chat.api.chat_schemas import MAX_PAGE_NUMBER, MAX_PAGE_SIZE
from chat.api.schemas import Words

MOST_ITEMS = 200

PageNumber = Annotated[int, Query(ge=1, le=MAX_PAGE_NUMBER, description="From 1")]
PerPage = Annotated[int, Query(ge=1, le=MAX_PAGE_SIZE, description="Conversations on a page")]
MostItems = Annotated[int, Query(ge=1, le=MOST_ITEMS, description="How many at most: the last ones")]

CONVERSATION_ID = "019a0000-0000-7000-8000-000000000001"
QUESTION: JsonDict = {
    "id": "019a0000-0000-7000-8000-000000000002",
    "conversation_id": CONVERSATION_ID,
    "role": "user",
    "content": "What is 12 * 7?",
    "message_type": "user_input",
    "tool_name": None,
    "tool_success": None,
    "timestamp": "2026-11-21T14:05:00Z",
    "additional_data": {"status": "completed"},
}
ANSWER: JsonDict = {
    "id": "019a0000-0000-7000-8000-000000000003",
    "conversation_id": CONVERSATION_ID,
    "role": "assistant",
    "content": "12 * 7 = **84**",
    "message_type": "assistant_response",
    "tool_name": None,
    "tool_success": None,
    "timestamp": "2026-11-21T14:05:00Z",
    "additional_data": {"status": "completed", "finish": "stop", "processing_time_ms": 812},
}


class SaidIn(Strict):
    model_config = ConfigDict(json_schema_extra={"examples": [{"content": "What is 12 * 7?"}]})

    content: Words
    conversation_id: Annotated[UUID | None, Field(strict=False)] = Field(
        None, description="Where to go on; without one a conversation is made"
    )
    agent_id: Annotated[UUID | None, Field(strict=False)] = Field(
        None,
        description="Whom a new conversation is with; without one the agent talked with last. "
        "A conversation that exists has its agent: another is a conflict",
    )


class AssistantMessageOut(Schema):
    model_config = ConfigDict(json_schema_extra={"examples": [QUESTION, ANSWER]})

    id: str = Field(description="Of a tool's call or result an id that belongs to its answer")
    conversation_id: UUID
    role: Literal["user", "assistant", "tool", "system"]
    content: str
    message_type: Literal["user_input", "assistant_response", "tool_call", "tool_result", "system_message"]
    tool_name: str | None
    tool_success: bool | None = Field(description="Of a result only")
    timestamp: datetime = Field(description="Of tools that of the answer they were called for")
    additional_data: dict[str, Any]


class AnsweredOut(Schema):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"user_message": QUESTION, "ai_message": ANSWER, "conversation_id": CONVERSATION_ID}]
        }
    )

    user_message: AssistantMessageOut
    ai_message: AssistantMessageOut
    conversation_id: UUID


class AssistantConversationOut(Schema):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": CONVERSATION_ID,
                    "conversation_id": CONVERSATION_ID,
                    "user_id": "019a0000-0000-7000-8000-000000000009",
                    "title": "What is 12 * 7?",
                    "user_input": "What is 12 * 7?",
                    "focus_areas": [],
                    "step_count": 1,
                    "last_tool_result": "84",
                    "message_count": 2,
                    "created_at": "2026-11-21T14:05:00Z",
                    "updated_at": "2026-11-21T14:05:01Z",
                }
            ]
        }
    )

    id: UUID
    conversation_id: UUID = Field(description="The same as `id`")
    user_id: UUID
    title: str
    user_input: str | None = Field(description="What you said first, at most 1,000 characters")
    focus_areas: list[str] = Field(
        description="The texts in `focus_areas` of the metadata of your first message, or none"
    )
    step_count: int = Field(description="How many tools were called")
    last_tool_result: str | None = Field(description="What the tool called last gave, in one line")
    message_count: int
    created_at: datetime
    updated_at: datetime


class AssistantConversations(Schema):
    conversations: list[AssistantConversationOut]
    total: int
    page: int
    per_page: int


class Deleted(Schema):
    model_config = ConfigDict(json_schema_extra={"examples": [{"message": "The conversation was deleted."}]})

    message: str
