"""Agents: the list, and each one."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, cast
from uuid import UUID

from django.http import HttpResponse
from ninja import Query, Router
from ninja.responses import Status

from accounts.etags import IfMatch, IfNoneMatch, expected_by, names, tag_of
from accounts.requests import ApiRequest
from accounts.schemas import BODY_REFUSALS, REFUSALS, Limit, Offset, Problem
from agents.api.schemas import AgentChangesIn, AgentIn, AgentOut, AgentPage
from agents.changes import AgentChanges, edition_of, storable
from agents.documents import document_counts
from agents.models import Agent
from agents.selectors import conversation_counts, found_agents, may_change, readable_agent
from agents.services.agents import create_agent, delete_agent, update_agent

if TYPE_CHECKING:
    from accounts.models import User

router = Router(tags=["agents"])

MAX_SEARCH = 100
Search = Annotated[str, Query(description="Part of a name or description", max_length=MAX_SEARCH)]


@router.get(
    "/agents",
    url_name="agents",
    operation_id="list_agents",
    response={200: AgentPage, **REFUSALS, 422: Problem},
)
def list_agents(request: ApiRequest, search: Search = "", limit: Limit = 50, offset: Offset = 0) -> AgentPage:
    """The agents you may talk with, by name: your own and those that are shared with you."""
    found = found_agents(request.user, storable(search).strip())
    page = agents_out(request.user, found[offset : offset + limit])
    return AgentPage(agents=page, total=found.count())


@router.post(
    "/agents",
    url_name="agents",
    operation_id="create_agent",
    response={201: AgentOut, **REFUSALS, **BODY_REFUSALS},
)
def post_agent(request: ApiRequest, response: HttpResponse, payload: AgentIn) -> Status[AgentOut]:
    """An agent of your own, which nobody else sees."""
    agent = create_agent(actor=request.user, changes=_changes_in(payload))
    response.headers["Location"] = f"{request.path}/{agent.pk}"
    return Status(201, _told(request, response, agent))


@router.get(
    "/agents/{uuid:agent_id}",
    url_name="agent",
    operation_id="get_agent",
    response={200: AgentOut, 304: None, **REFUSALS, 422: Problem},
)
def get_agent(
    request: ApiRequest, response: HttpResponse, agent_id: UUID, if_none_match: IfNoneMatch = ""
) -> AgentOut | Status[None]:
    """One agent that you may talk with or change."""
    shown = _told(request, response, readable_agent(request.user, agent_id))
    return Status(304, None) if names(if_none_match, response.headers["ETag"]) else shown


@router.put(
    "/agents/{uuid:agent_id}",
    url_name="agent",
    operation_id="put_agent",
    response={200: AgentOut, **REFUSALS, 409: Problem, **BODY_REFUSALS},
)
@router.patch(
    "/agents/{uuid:agent_id}",
    url_name="agent",
    operation_id="update_agent",
    response={200: AgentOut, **REFUSALS, 409: Problem, **BODY_REFUSALS},
)
def change_agent(
    request: ApiRequest,
    response: HttpResponse,
    agent_id: UUID,
    payload: AgentChangesIn,
    if_match: IfMatch = "",
) -> AgentOut:
    """Changes the fields you send; the others stay. A changed prompt is kept as a version."""
    agent = update_agent(
        actor=request.user,
        agent_id=agent_id,
        changes=_changes_in(payload),
        expected=expected_by(if_match),
    )
    return _told(request, response, agent)


@router.delete(
    "/agents/{uuid:agent_id}",
    url_name="agent",
    operation_id="delete_agent",
    response={204: None, **REFUSALS, 409: Problem, 422: Problem},
)
def remove_agent(request: ApiRequest, agent_id: UUID, if_match: IfMatch = "") -> Status[None]:
    """Removes the agent with everybody's sessions with it, their messages and files, and its documents."""
    delete_agent(actor=request.user, agent_id=agent_id, expected=expected_by(if_match))
    return Status(204, None)


def agents_out(user: "User", agents: Iterable[Agent]) -> list[AgentOut]:
    """The agents as a program gets them; two more queries whatever their number."""
    found = list(agents)
    counts = conversation_counts(user, [agent.pk for agent in found])
    documents = document_counts([agent.pk for agent in found])
    return [
        AgentOut(
            id=agent.pk,
            name=agent.name,
            description=agent.description,
            system_prompt=agent.system_prompt if may_change(user, agent) else None,
            model=agent.model,
            temperature=agent.temperature,
            voice=agent.voice,
            speech_speed=agent.speech_speed,
            language=agent.language,
            tools=agent.tools,
            session_count=counts.get(agent.pk, 0),
            document_count=documents.get(agent.pk, 0),
            created_at=agent.created_at,
            updated_at=agent.updated_at,
        )
        for agent in found
    ]


def _told(request: ApiRequest, response: HttpResponse, agent: Agent) -> AgentOut:
    (shown,) = agents_out(request.user, [agent])
    response.headers["ETag"] = tag_of(edition_of(agent), shown.model_dump())
    return shown


def _changes_in(payload: AgentChangesIn) -> AgentChanges:
    return cast(AgentChanges, payload.model_dump(exclude_unset=True))
