"""Sessions: the conversations of a person with an agent."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from ninja import Router
from ninja.responses import Status

from accounts.etags import IfMatch, IfNoneMatch, expected_by, names, tag_of
from accounts.requests import ApiRequest
from accounts.schemas import BODY_REFUSALS, REFUSALS, Limit, Offset, Problem
from agents.api.agents import agents_out
from agents.errors import NotFound
from agents.selectors import agent_for, readable_agent
from chat.api.session_schemas import SessionChangesIn, SessionDetail, SessionIn, SessionOut, SessionPage
from chat.api.session_told import as_answer, message_told, session_told
from chat.selectors import membership_for, memberships_with, message_counts
from chat.services.conversations import (
    change_conversation,
    delete_conversation,
    edition_of,
    start_conversation,
)
from chat.told_pages import told_page

router = Router(tags=["sessions"])

#: For a call without a body.
UNNAMED = SessionIn()


@router.get(
    "/agents/{uuid:agent_id}/sessions",
    url_name="sessions",
    operation_id="list_sessions",
    response={200: SessionPage, **REFUSALS, 422: Problem},
)
def list_sessions(
    request: ApiRequest, agent_id: UUID, limit: Limit = 50, offset: Offset = 0
) -> dict[str, Any]:
    """Your sessions with the agent, archived ones too, that with the newest activity first."""
    readable_agent(request.user, agent_id)
    memberships = memberships_with(request.user, agent_id)
    page = memberships[offset : offset + limit]
    counts = message_counts([one.conversation_id for one in page])
    told = [session_told(one, counts.get(one.conversation_id, 0)) for one in page]
    return {"sessions": told, "total": memberships.count()}


@router.post(
    "/agents/{uuid:agent_id}/sessions",
    url_name="sessions",
    operation_id="create_session",
    response={201: SessionOut, **REFUSALS, **BODY_REFUSALS},
)
def create_session(
    request: ApiRequest, response: HttpResponse, agent_id: UUID, payload: SessionIn = UNNAMED
) -> Status[dict[str, Any]]:
    """A session with an agent that you may talk with."""
    agent = agent_for(request.user, agent_id)
    if agent is None:
        raise NotFound
    conversation = start_conversation(actor=request.user, agent=agent, title=payload.title)
    response.headers["Location"] = f"/api/sessions/{conversation.pk}"
    return Status(201, session_told(membership_for(request.user, conversation.pk), 0))


@router.get(
    "/sessions/{uuid:session_id}",
    url_name="session",
    operation_id="get_session",
    response={200: SessionDetail, 304: None, **REFUSALS, 422: Problem},
)
def get_session(request: ApiRequest, session_id: UUID, if_none_match: IfNoneMatch = "") -> HttpResponse:
    """A session with its agent and its last 50 messages."""
    response = _detail(request, session_id)
    tag = response.headers["ETag"]
    return HttpResponse(status=304, headers={"ETag": tag}) if names(if_none_match, tag) else response


@router.patch(
    "/sessions/{uuid:session_id}",
    url_name="session",
    operation_id="update_session",
    response={200: SessionDetail, **REFUSALS, 409: Problem, **BODY_REFUSALS},
)
def update_session(
    request: ApiRequest, session_id: UUID, payload: SessionChangesIn, if_match: IfMatch = ""
) -> HttpResponse:
    """Names the session, pins or archives it for you. What you do not send stays as it is."""
    change_conversation(
        actor=request.user,
        conversation_id=session_id,
        **payload.model_dump(exclude_unset=True),
        expected=expected_by(if_match),
    )
    return _detail(request, session_id)


@router.delete(
    "/sessions/{uuid:session_id}",
    url_name="session",
    operation_id="delete_session",
    response={204: None, **REFUSALS, 409: Problem, 422: Problem},
)
def delete_session(request: ApiRequest, session_id: UUID, if_match: IfMatch = "") -> Status[None]:
    """Removes the session for everybody who is in it. What is being answered is stopped."""
    delete_conversation(actor=request.user, conversation_id=session_id, expected=expected_by(if_match))
    return Status(204, None)


def _detail(request: ApiRequest, session_id: UUID) -> HttpResponse:
    membership = membership_for(request.user, session_id)
    page = told_page(request.user, session_id)
    agent = membership.conversation.agent
    told = {
        **session_told(membership, page.total),
        "agent": agents_out(request.user, [agent])[0].model_dump() if agent else None,
        "messages": [message_told(message) for message in page.messages],
    }
    response = as_answer(told)
    response.headers["ETag"] = tag_of(edition_of(membership), told)
    return response
