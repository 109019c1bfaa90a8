"""The pages of agents. A view fetches through the person, calls one service and renders one template."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import SignedInRequest
from agents.cards import cards_for
from agents.changes import storable
from agents.database import in_database
from agents.errors import NotFound
from agents.forms import LANGUAGES, VOICES, AgentPageForm
from agents.knowledge_section import Refusal, knowledge_section
from agents.mcp_looks import look_at
from agents.model_choices import model_choices
from agents.models import McpServer
from agents.policy_choices import PoliciesWidget
from agents.selectors import agent_cards, changeable_agent, impact_of
from agents.services.agents import create_agent, delete_agent, restore_version, update_agent
from agents.tool_groups import ToolGroup, group_of
from agents.tool_sources import mcp_server_for
from agents.version_page import version_page

PAGE = 60
UNPROCESSABLE = 422

P = ParamSpec("P")
View = Callable[Concatenate[SignedInRequest, P], HttpResponse]


def found_or_404(view: View[P]) -> View[P]:
    """What does not exist and what is somebody else's are the same page."""

    @wraps(view)
    def wrapped(request: SignedInRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotFound as refused:
            raise Http404(refused.text) from refused

    return wrapped


@require_safe
def agent_list(request: SignedInRequest) -> HttpResponse:
    query = storable(request.GET.get("q", "")).strip()[:100]
    page = Paginator(agent_cards(request.user, query), PAGE).get_page(request.GET.get("page"))
    context = {"cards": cards_for(request.user, page), "page": page, "query": query}
    return render(request, "agents/agent_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: SignedInRequest) -> HttpResponse:
    form = AgentPageForm(request.user, _posted(request))
    if form.is_valid():
        agent = create_agent(actor=request.user, changes=form.changes)
        messages.success(request, _("%(name)s is ready.") % {"name": agent.name})
        return redirect(f"{reverse('chat:home')}?agent={agent.pk}")
    return form_page(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@found_or_404
def edit(request: SignedInRequest, agent_id: UUID) -> HttpResponse:
    agent = changeable_agent(request.user, agent_id)
    form = AgentPageForm(request.user, _posted(request), instance=agent)
    if form.is_valid():
        agent = update_agent(actor=request.user, agent_id=agent_id, changes=form.changes)
        messages.success(request, _("%(name)s is saved.") % {"name": agent.name})
        return redirect("agents:edit", agent.pk)
    return form_page(request, form)


def _posted(request: SignedInRequest) -> Any:
    """None for a form not sent yet; an empty form that was sent has errors to show."""
    return request.POST if request.method == "POST" else None


def form_page(
    request: SignedInRequest, form: AgentPageForm, refusals: Sequence[Refusal] = ()
) -> HttpResponse:
    """The page of the form; ``refusals`` are of files that were to become documents."""
    agent = None if form.instance._state.adding else form.instance
    context = {"form": form, "agent": agent, "voices": VOICES, "languages": LANGUAGES}
    if agent is not None:
        context["knowledge"] = knowledge_section(agent, refusals)
    status = UNPROCESSABLE if form.is_bound or refusals else None
    return render(request, "agents/agent_form.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@found_or_404
def delete(request: SignedInRequest, agent_id: UUID) -> HttpResponse:
    """GET says what goes with the agent; POST deletes it."""
    agent = changeable_agent(request.user, agent_id)
    if request.method == "POST":
        delete_agent(actor=request.user, agent_id=agent_id)
        messages.success(request, _("%(name)s is deleted.") % {"name": agent.name})
        return redirect("agents:list")
    context = {"agent": agent, "impact": impact_of(agent, reader=request.user)}
    return render(request, "agents/agent_delete.html", context)


@require_safe
@found_or_404
def versions(request: SignedInRequest, agent_id: UUID, number: int | None = None) -> HttpResponse:
    agent = changeable_agent(request.user, agent_id)
    return render(request, "agents/version_list.html", version_page(agent, number=number))


@require_POST
@found_or_404
def restore(request: SignedInRequest, agent_id: UUID, number: int) -> HttpResponse:
    restore_version(actor=request.user, agent_id=agent_id, number=number)
    messages.success(request, _("Version %(number)d is in use again.") % {"number": number})
    return redirect("agents:versions", agent_id)


@require_safe
async def models(request: SignedInRequest) -> HttpResponse:
    """The choices of the model field; without the request, whose context processors read the database."""
    return HttpResponse(render_to_string("agents/_model_choices.html", {"choices": await model_choices()}))


@require_POST
async def test_server(request: SignedInRequest, server_id: UUID) -> HttpResponse:
    """Looks at a server and gives its group of the form anew, with the ticks that the form has."""
    try:
        server = await in_database(mcp_server_for, request.user, server_id)
    except NotFound as refused:
        raise Http404(refused.text) from refused
    busy = await look_at(server)
    policies = PoliciesWidget().value_from_datadict(request.POST, None, "tool_policies")
    group = await in_database(_group, server, request.POST.getlist("tools"), policies)
    group = replace(group, problem=busy or group.problem)
    return HttpResponse(render_to_string("agents/_tool_group.html", {"group": group}))


def _group(server: McpServer, ticked: list[str], policies: dict[str, str]) -> ToolGroup:
    server.refresh_from_db()
    return group_of(server, ticked, policies)
