"""The first page: whom to talk with, and the start of a conversation."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from agents.selectors import agents_for
from chat.errors import NotFound
from chat.live import cursor_now
from chat.selectors import last_agent_id
from chat.services.messages import post_first_message
from chat.sidebar import sidebar_for
from chat.views.refusals import says_why
from chat.views.said import begun


@require_safe
def show(request: SignedInRequest) -> HttpResponse:
    """The agents, and a composer for the one picked: by the address, or the one talked with last."""
    agents = list(agents_for(request.user)[:200])
    picked = request.GET.get("agent", "") or str(last_agent_id(request.user) or "")
    agent = next((agent for agent in agents if str(agent.pk) == picked), agents[0] if agents else None)
    context = {
        "agents": agents,
        "agent": agent,
        "sidebar": sidebar_for(request.user),
        "cursor": cursor_now(),
    }
    return render(request, "chat/_home.html" if request.htmx else "chat/home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@says_why
def start(request: SignedInRequest) -> HttpResponse:
    """GET is the home page under its other name; POST starts a conversation with its first message."""
    if request.method != "POST":
        return show(request)
    posted = post_first_message(
        actor=request.user,
        agent_id=_uuid(request.POST.get("agent", "")),
        content=request.POST.get("content", ""),
        client_id=request.POST.get("client_id", ""),
    )
    return begun(request, posted)


def _uuid(raw: str) -> UUID:
    try:
        return UUID(raw)
    except ValueError:
        raise NotFound(_("This agent does not exist any more, or is not yours.")) from None
