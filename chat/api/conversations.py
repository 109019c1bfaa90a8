"""Conversations of people and agents: direct messages, chats with an agent, rooms."""

from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from ninja import Query, Router
from ninja.responses import Status
from uuid_utils.compat import uuid4

from accounts.requests import SignedInRequest
from accounts.schemas import BODY_REFUSALS, MAX_PAGE, REFUSALS, Problem
from agents.changes import storable
from agents.selectors import agent_for
from chat.api.people_schemas import (
    AgentStartIn,
    ConversationIn,
    ConversationOut,
    ConversationPage,
    StartedOut,
)
from chat.errors import Invalid, NotFound
from chat.models import Conversation, Membership
from chat.people_told import Told, conversation_told, conversations_told, posted_told
from chat.search import matching_conversations
from chat.services.conversations import start_conversation
from chat.services.direct_messages import open_direct_message
from chat.services.messages import post_first_message
from chat.services.participants import participant_known_to
from chat.services.rooms import open_room
from chat.unread import unread_count

if TYPE_CHECKING:
    from accounts.models import User
    from agents.models import Agent

router = Router(tags=["conversations"])

MAX_SEARCH = 100
#: No database counts further than this.
Page = Annotated[int, Query(ge=1, le=1_000_000, description="Which page, from 1")]
PerPage = Annotated[int, Query(ge=1, le=MAX_PAGE, description="How many on a page")]
Search = Annotated[
    str, Query(description="Words of titles, messages, or the other one's name", max_length=MAX_SEARCH)
]


@router.get(
    "/conversations",
    url_name="conversations",
    operation_id="list_conversations",
    response={200: ConversationPage, **REFUSALS, 422: Problem},
)
def list_conversations(
    request: SignedInRequest, search: Search = "", page: Page = 1, per_page: PerPage = 20
) -> Told:
    """Your conversations of every type, that with the newest activity first."""
    found = _found(request.user, storable(search).strip())
    start = (page - 1) * per_page
    shown = found.select_related("conversation").annotate(unread=unread_count())
    newest_first = shown.order_by("-conversation__last_message_at", "-conversation_id")
    return {
        "conversations": conversations_told(list(newest_first[start : start + per_page])),
        "total": found.count(),
        "page": page,
        "per_page": per_page,
    }


def _found(user: "User", search: str) -> QuerySet[Membership]:
    theirs = Membership.objects.filter(participant__user=user)
    if not search:
        return theirs
    others = Membership.objects.exclude(participant__user=user).filter(
        Q(participant__user__username__icontains=search)
        | Q(participant__user__display_name__icontains=search)
        | Q(participant__agent__name__icontains=search)
    )
    said = Q(conversation__in=matching_conversations(search))
    return theirs.filter(said | Q(conversation__in=others.values("conversation")))


@router.post(
    "/conversations",
    url_name="conversations",
    operation_id="open_conversation",
    response={200: ConversationOut, 201: ConversationOut, **REFUSALS, 409: Problem, **BODY_REFUSALS},
)
def open_conversation(request: SignedInRequest, payload: ConversationIn) -> Status[Told]:
    """Opens one. Two people have one direct message: who opens it again gets the same, with 200."""
    user, created = request.user, True
    match payload.conversation_type:
        case "DirectMessage":
            conversation, created = _direct(user, payload)
        case "AgentChat":
            conversation = start_conversation(
                actor=user,
                agent=_agent(user, _only_other(user, payload)),
                title=payload.title or "",
                metadata=payload.metadata,
            )
        case "Room":
            members = [participant_known_to(user, one) for one in dict.fromkeys(payload.participants)]
            conversation = open_room(
                actor=user, title=payload.title or "", participants=members, metadata=payload.metadata
            )
    return Status(201 if created else 200, _told(user, conversation))


def _direct(user: "User", payload: ConversationIn) -> tuple[Conversation, bool]:
    other = participant_known_to(user, _only_other(user, payload))
    return open_direct_message(actor=user, other=other, metadata=payload.metadata)


def _only_other(user: "User", payload: ConversationIn) -> UUID:
    """Who opens a conversation is in it, whether they name themselves or not."""
    others = {one for one in payload.participants if one != user.pk}
    if len(others) != 1:
        raise Invalid(_("Name the one whom this conversation is with."), field="participants")
    return others.pop()


def _agent(user: "User", agent_id: UUID) -> "Agent":
    agent = agent_for(user, agent_id)
    if agent is None:
        raise NotFound(_("This agent does not exist any more, or is not yours."))
    return agent


def _told(user: "User", conversation: Conversation) -> Told:
    told = conversation_told(user, conversation.pk)
    if told is None:  # somebody has taken them out in this moment
        raise NotFound
    return told


@router.get(
    "/conversations/{uuid:conversation_id}",
    url_name="conversation",
    operation_id="get_conversation",
    response={200: ConversationOut, **REFUSALS},
)
def get_conversation(request: SignedInRequest, conversation_id: UUID) -> Told:
    """One conversation with everybody in it."""
    told = conversation_told(request.user, conversation_id)
    if told is None:
        raise NotFound
    return told


@router.post(
    "/agents/{uuid:agent_id}/start",
    url_name="start_with_agent",
    operation_id="start_with_agent",
    response={201: StartedOut, **REFUSALS, 409: Problem, **BODY_REFUSALS, 429: Problem},
)
def start_with_agent(request: SignedInRequest, agent_id: UUID, payload: AgentStartIn) -> Status[Told]:
    """Begins a chat with the agent, with an initial message or without."""
    user, message = request.user, None
    if payload.initial_message is None:
        conversation = start_conversation(actor=user, agent=_agent(user, agent_id))
    else:
        posted = post_first_message(
            actor=user,
            agent_id=agent_id,
            content=payload.initial_message,
            client_id=payload.client_id or uuid4().hex,
        )
        conversation, message = posted.message.conversation, posted_told(posted)
    return Status(201, {"conversation": _told(user, conversation), "message": message})
