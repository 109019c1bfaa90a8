"""Users, their chats, and what is said in them: the transparency dialect."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from ninja import Router
from ninja.responses import Status

from accounts.requests import ApiRequest
from accounts.schemas import BODY_REFUSALS, REFUSALS, Problem
from accounts.services.acted_for import name_for
from agents.selectors import agent_for
from chat.api.callers import person_named, person_of_chat
from chat.api.chat_schemas import (
    ChatIn,
    ChatMessageIn,
    ChatMessageOut,
    ChatMessagePage,
    ChatOut,
    ChatPage,
    PageNumber,
    PageSize,
    Sent,
    UserOut,
)
from chat.api.idempotency import IdempotencyKey, client_id_of
from chat.api.schemas import AnswerStatus
from chat.errors import NotFound
from chat.models import Conversation, Message
from chat.selectors import (
    agent_to_talk_with,
    listed_conversations,
    membership_for,
    message_counts,
    shown_messages,
)
from chat.services.conversations import start_conversation
from chat.services.messages import Manner, post_message
from chat.told import content_told, metadata_told

router = Router(tags=["chats"])
users = Router(tags=["users"])

PAGE_SIZE = 20


@users.get("/users/{user_id}", operation_id="get_user", response={200: UserOut, **REFUSALS, 422: Problem})
def get_user(request: ApiRequest, user_id: str) -> UserOut:
    """A person: `me` or your own id, or whoever your program calls so.

    Ids of your own need the scope `act-for-others`; the person is made when the id is seen first.
    """
    person = person_named(request, user_id)
    last = listed_conversations(person).values_list("last_message_at", flat=True).first()
    return UserOut(
        user_id=name_for(request.user, person),
        name=str(person),
        email=person.email,
        created_at=person.date_joined,
        last_active=last,
    )


@users.get(
    "/users/{user_id}/chats",
    operation_id="list_chats",
    url_name="chats_of_user",
    response={200: ChatPage, **REFUSALS, 422: Problem},
)
def list_chats(
    request: ApiRequest, user_id: str, page: PageNumber = 1, page_size: PageSize = PAGE_SIZE
) -> dict[str, Any]:
    """The person's chats, that with the newest activity first."""
    person = person_named(request, user_id)
    told, chats = _page_of(listed_conversations(person), page, page_size)
    counts = message_counts([chat.pk for chat in chats])
    name = name_for(request.user, person)
    return {**told, "items": [_chat(chat, name, counts.get(chat.pk, 0)) for chat in chats]}


@users.post(
    "/users/{user_id}/chats",
    operation_id="create_chat",
    url_name="chats_of_user",
    response={201: ChatOut, **REFUSALS, **BODY_REFUSALS},
)
def create_chat(request: ApiRequest, user_id: str, body: ChatIn) -> Status[ChatOut]:
    """A chat of the person with an agent that they may talk with: one of yours, or one for everyone."""
    person = person_named(request, user_id)
    agent = agent_for(person, body.agent_id or agent_to_talk_with(person))
    if agent is None:
        raise NotFound(_("This agent does not exist any more, or is not yours."))
    chat = start_conversation(actor=person, agent=agent, title=body.title)
    return Status(201, _chat(chat, name_for(request.user, person), 0))


@router.get("/chats/{uuid:chat_id}", operation_id="get_chat", response={200: ChatOut, **REFUSALS})
def get_chat(request: ApiRequest, chat_id: UUID) -> ChatOut:
    """A chat of yours, or of somebody you act for."""
    person = person_of_chat(request, chat_id)
    chat = membership_for(person, chat_id).conversation
    return _chat(chat, name_for(request.user, person), message_counts([chat_id]).get(chat_id, 0))


@router.get(
    "/chats/{uuid:chat_id}/messages",
    operation_id="list_chat_messages",
    url_name="chat_messages",
    response={200: ChatMessagePage, **REFUSALS, 422: Problem},
)
def list_chat_messages(
    request: ApiRequest, chat_id: UUID, page: PageNumber = 1, page_size: PageSize = PAGE_SIZE
) -> dict[str, Any]:
    """What was said, the oldest first: what is on a page stays there while more is said."""
    membership_for(person_of_chat(request, chat_id), chat_id)
    told, messages = _page_of(shown_messages(chat_id).order_by("id"), page, page_size)
    return {**told, "items": [_message(message) for message in messages]}


@router.post(
    "/chats/{uuid:chat_id}/messages",
    operation_id="create_chat_message",
    url_name="chat_messages",
    response={201: Sent, **REFUSALS, **BODY_REFUSALS, 409: Problem},
)
def create_chat_message(
    request: ApiRequest, chat_id: UUID, body: ChatMessageIn, idempotency_key: IdempotencyKey = None
) -> Status[Sent]:
    """Says something. The run that answers starts at once, whether anybody opens its stream or not."""
    posted = post_message(
        actor=person_of_chat(request, chat_id),
        conversation_id=chat_id,
        content=body.content,
        client_id=client_id_of(idempotency_key),
        metadata=body.metadata,
        manner=Manner.ASKED,
    )
    message_id = posted.message.pk
    return Status(201, Sent(message_id=message_id, stream_url=stream_url(chat_id, message_id)))


def stream_url(chat_id: UUID, message_id: UUID) -> str:
    return reverse("api:stream_events", args=[chat_id, message_id])


def _page_of(rows: QuerySet[Any], page: int, page_size: int) -> tuple[dict[str, Any], Sequence[Any]]:
    """What a page says of itself, and its rows; a page past the end has none."""
    total = rows.count()
    start = (page - 1) * page_size
    found = list(rows[start : start + page_size]) if start < total else []
    pages = -(-total // page_size)
    told = {"total": total, "page": page, "page_size": page_size, "total_pages": pages}
    return {**told, "has_more": page < pages}, found


def _chat(chat: Conversation, user_id: str, message_count: int) -> ChatOut:
    return ChatOut(
        chat_id=chat.pk,
        user_id=user_id,
        title=chat.title,
        created_at=chat.created_at,
        updated_at=max(chat.updated_at, chat.last_message_at),
        message_count=message_count,
    )


def _message(message: Message) -> ChatMessageOut:
    return ChatMessageOut(
        message_id=message.pk,
        chat_id=message.conversation_id,
        role=message.role,
        content=content_told(message),
        status=cast(AnswerStatus, message.status),
        metadata=metadata_told(message),
        created_at=message.created_at,
        processing_time_ms=message.processing_time_ms,
    )
