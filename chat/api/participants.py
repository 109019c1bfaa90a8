"""Who is in a conversation, who could be, and what they do there besides speaking."""

from typing import Annotated
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Lower
from ninja import Query, Router
from ninja.responses import Status

from accounts.people import people_known_to
from accounts.requests import SignedInRequest
from accounts.schemas import BODY_REFUSALS, MAX_PAGE, REFUSALS, Problem
from agents.changes import storable
from chat.api.people_schemas import ConversationOut, ParticipantPage, ParticipantsIn, ReadOut, TypingIn
from chat.errors import NotFound
from chat.people_told import Told, conversation_told
from chat.services.members import add_participants, remove_participant
from chat.services.participants import participant_known_to
from chat.services.reading import mark_read
from chat.services.typing import tell_typing

router = Router(tags=["conversations"])

Page = Annotated[int, Query(ge=1, le=1_000_000, description="Which page, from 1")]
PerPage = Annotated[int, Query(ge=1, le=MAX_PAGE, description="How many on a page")]
Search = Annotated[str, Query(description="Part of a name", max_length=100)]


@router.get(
    "/people",
    url_name="people",
    operation_id="list_people",
    response={200: ParticipantPage, **REFUSALS, 422: Problem},
)
def list_people(
    request: SignedInRequest, search: Search = "", page: Page = 1, per_page: PerPage = 20
) -> Told:
    """The people you can write to, by name; you are not among them. In personal mode there are none."""
    people = people_known_to(request.user).exclude(pk=request.user.pk)
    if text := storable(search).strip():
        people = people.filter(Q(username__icontains=text) | Q(display_name__icontains=text))
    start = (page - 1) * per_page
    shown = people.order_by(Lower("username"), "pk")[start : start + per_page]
    return {
        "participants": [{"id": one.pk, "participant_type": "User", "name": str(one)} for one in shown],
        "total": people.count(),
        "page": page,
        "per_page": per_page,
    }


@router.post(
    "/conversations/{uuid:conversation_id}/participants",
    url_name="participants",
    operation_id="add_participants",
    response={200: ConversationOut, **REFUSALS, 409: Problem, **BODY_REFUSALS},
)
def post_participants(request: SignedInRequest, conversation_id: UUID, payload: ParticipantsIn) -> Told:
    """Takes people and agents into a room of which you are an owner. Who is in it already stays."""
    new = [participant_known_to(request.user, one) for one in dict.fromkeys(payload.participants)]
    add_participants(actor=request.user, conversation_id=conversation_id, participants=new)
    told = conversation_told(request.user, conversation_id)
    if told is None:
        raise NotFound
    return told


@router.delete(
    "/conversations/{uuid:conversation_id}/participants/{uuid:participant_id}",
    url_name="participant",
    operation_id="remove_participant",
    response={204: None, **REFUSALS, 409: Problem},
)
def delete_participant(request: SignedInRequest, conversation_id: UUID, participant_id: UUID) -> Status[None]:
    """Takes somebody out of a room of which you are an owner; or yourself, out of any room."""
    remove_participant(actor=request.user, conversation_id=conversation_id, participant_id=participant_id)
    return Status(204, None)


@router.post(
    "/conversations/{uuid:conversation_id}/read",
    url_name="read",
    operation_id="mark_read",
    response={200: ReadOut, **REFUSALS},
)
def post_read(request: SignedInRequest, conversation_id: UUID) -> Told:
    """You have read all that is there now."""
    at = mark_read(actor=request.user, conversation_id=conversation_id)
    return {"conversation_id": conversation_id, "unread_count": 0, "last_read_at": at}


@router.post(
    "/conversations/{uuid:conversation_id}/typing",
    url_name="typing",
    operation_id="tell_typing",
    response={204: None, **REFUSALS, **BODY_REFUSALS},
)
def post_typing(request: SignedInRequest, conversation_id: UUID, payload: TypingIn) -> Status[None]:
    """Tells the others over their sockets that you are writing, or are no more. It is stored nowhere."""
    tell_typing(actor=request.user, conversation_id=conversation_id, typing=payload.typing)
    return Status(204, None)
