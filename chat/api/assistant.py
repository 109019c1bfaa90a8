"""Asking, and what was asked and answered: version 1, the assistant dialect."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import Router

from accounts.requests import ApiRequest
from accounts.schemas import BODY_REFUSALS, REFUSALS, Problem
from chat.api.assistant_schemas import (
    AnsweredOut,
    AssistantConversations,
    AssistantMessageOut,
    Deleted,
    MostItems,
    PageNumber,
    PerPage,
    SaidIn,
)
from chat.api.idempotency import IdempotencyKey, client_id_of
from chat.awaiting import once_answered
from chat.errors import Conflict
from chat.models import Message
from chat.selectors import agent_to_talk_with, listed_conversations, membership_for, message_page
from chat.services.conversations import delete_conversation
from chat.services.messages import Manner, Posted, post_first_message, post_message
from chat.summaries import summaries_of
from chat.unfolding import Item, item_of, items_of

if TYPE_CHECKING:
    from accounts.models import User

router = Router(tags=["assistant"])

NOT_YET = {
    "responses": {
        202: {
            "description": "Somebody has to allow a call first, or it takes longer than a run may: "
            "`ai_message` holds what there is, and its status is not final",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/AnsweredOut"}}},
        }
    }
}


@router.post(
    "/v1/chat/messages",
    operation_id="ask_assistant",
    response={200: AnsweredOut, **REFUSALS, **BODY_REFUSALS, 409: Problem},
    openapi_extra=NOT_YET,
)
def ask_assistant(request: ApiRequest, body: SaidIn, idempotency_key: IdempotencyKey = None) -> HttpResponse:
    """Says something and waits for the answer. Whoever leaves meanwhile finds it in the conversation.

    A failed answer is an answer too: its status is `error`, and its text says what to do.
    """
    posted = _posted(request.user, body, client_id_of(idempotency_key))

    def render(question: Message, answer: Message, whole: bool) -> HttpResponse:
        told = AnsweredOut(
            user_message=_item(item_of(question)),
            ai_message=_item(item_of(answer)),
            conversation_id=question.conversation_id,
        )
        return JsonResponse(told.model_dump(mode="json"), status=200 if whole else 202)

    return once_answered(request, posted, render)


def _posted(user: "User", body: SaidIn, client_id: str) -> Posted:
    if body.conversation_id is None:
        agent_id = body.agent_id or agent_to_talk_with(user)
        return post_first_message(actor=user, agent_id=agent_id, content=body.content, client_id=client_id)
    conversation = membership_for(user, body.conversation_id).conversation
    if body.agent_id not in (None, conversation.agent_id):
        raise Conflict(_("Another agent answers in this conversation."))
    return post_message(
        actor=user,
        conversation_id=body.conversation_id,
        content=body.content,
        client_id=client_id,
        manner=Manner.ASKED,
    )


@router.get(
    "/v1/chat/conversations",
    operation_id="list_assistant_conversations",
    response={200: AssistantConversations, **REFUSALS, 422: Problem},
)
def list_assistant_conversations(
    request: ApiRequest, page: PageNumber = 1, per_page: PerPage = 20
) -> dict[str, Any]:
    """Your conversations, that with the newest activity first."""
    conversations = listed_conversations(request.user)
    total = conversations.count()
    start = (page - 1) * per_page
    found = list(conversations[start : start + per_page]) if start < total else []
    items = [
        {
            "id": one.conversation.pk,
            "conversation_id": one.conversation.pk,
            "user_id": request.user.pk,
            "title": one.conversation.title,
            "user_input": one.user_input,
            "focus_areas": one.focus_areas,
            "step_count": one.step_count,
            "last_tool_result": one.last_tool_result,
            "message_count": one.message_count,
            "created_at": one.conversation.created_at,
            "updated_at": max(one.conversation.updated_at, one.conversation.last_message_at),
        }
        for one in summaries_of(found)
    ]
    return {"conversations": items, "total": total, "page": page, "per_page": per_page}


@router.get(
    "/v1/chat/conversations/{uuid:conversation_id}/messages",
    operation_id="list_assistant_messages",
    response={200: list[AssistantMessageOut], **REFUSALS, 422: Problem},
)
def list_assistant_messages(
    request: ApiRequest, conversation_id: UUID, limit: MostItems = 50
) -> list[AssistantMessageOut]:
    """The last messages with the tools that were called for them, the oldest first."""
    membership_for(request.user, conversation_id)
    messages = message_page(conversation_id, limit=limit).messages
    return [_item(item) for item in items_of(messages)[-limit:]]


@router.delete(
    "/v1/chat/conversations/{uuid:conversation_id}",
    operation_id="delete_assistant_conversation",
    response={200: Deleted, **REFUSALS},
)
def delete_assistant_conversation(request: ApiRequest, conversation_id: UUID) -> Deleted:
    """Deletes a conversation with all that is in it. What is being written is stopped."""
    delete_conversation(actor=request.user, conversation_id=conversation_id)
    return Deleted(message=_("The conversation was deleted."))


def _item(item: Item) -> AssistantMessageOut:
    return AssistantMessageOut(
        id=item.id,
        conversation_id=item.conversation_id,
        role=item.role,
        content=item.content,
        message_type=item.kind,
        tool_name=item.tool_name,
        tool_success=item.tool_success,
        timestamp=item.at,
        additional_data=item.more,
    )
