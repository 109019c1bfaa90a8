"""The documents of an agent in its page: the rows as they are now, files that come, one that goes."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.requests import SignedInRequest
from agents.document_formats import shown_name
from agents.errors import Invalid, NotFound, Refused, UnreadableForm
from agents.forms import AgentPageForm
from agents.knowledge_section import Refusal, knowledge_section
from agents.models import Agent
from agents.selectors import changeable_agent
from agents.services.documents import FIELD, add_documents, delete_document
from agents.uploads import files_in
from agents.views import UNPROCESSABLE, form_page, found_or_404


@require_http_methods(["GET", "HEAD", "POST"])
@found_or_404
def documents(request: SignedInRequest, agent_id: UUID) -> HttpResponse:
    """POST takes what can be taken, and names what cannot."""
    agent = changeable_agent(request.user, agent_id)
    if request.method != "POST":
        return _rows(request, agent)
    refusals = _refusals_of(request, agent)
    if not refusals:
        if not request.htmx:
            messages.success(request, _("The documents are there and will be read now."))
        return _rows(request, agent)
    if not request.htmx:
        return form_page(request, AgentPageForm(request.user, instance=agent), refusals=refusals)
    context = {"knowledge": knowledge_section(agent, refusals)}
    return render(request, "agents/_documents_refused.html", context, status=UNPROCESSABLE)


@require_POST
@found_or_404
def delete(request: SignedInRequest, agent_id: UUID, document_id: UUID) -> HttpResponse:
    agent = changeable_agent(request.user, agent_id)
    if not agent.documents.filter(pk=document_id).exists():
        raise NotFound(_("This document does not exist any more, or is not yours."))
    delete_document(actor=request.user, document_id=document_id)
    return _rows(request, agent)


def _rows(request: SignedInRequest, agent: Agent) -> HttpResponse:
    if not request.htmx:
        return redirect(f"{reverse('agents:edit', args=[agent.pk])}#knowledge")
    return render(request, "agents/_documents.html", {"knowledge": knowledge_section(agent)})


def _refusals_of(request: SignedInRequest, agent: Agent) -> list[Refusal]:
    """Each file by itself: one that is refused keeps no other out, as it would in a call of a program."""
    try:
        files = files_in(request)
    except UnreadableForm as refused:
        return [Refusal("", refused.text)]
    refusals = []
    for given in [[file] for file in files] or [[]]:
        try:
            add_documents(actor=request.user, agent_id=agent.pk, files=given)
        except NotFound:
            raise
        except Refused as refused:
            refusals.append(_refusal(shown_name(given[0].name or "") if given else "", refused))
    return refusals


def _refusal(name: str, refused: Refused) -> Refusal:
    """Most reasons name the file, in quotation marks."""
    reason = " ".join(refused.fields[FIELD]) if isinstance(refused, Invalid) else refused.text
    return Refusal("" if name in reason else name, reason)
