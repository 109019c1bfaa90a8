"""Messages: sending, editing, reading on, copying."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.requests import SignedInRequest
from chat.errors import NotFound
from chat.pages import earlier_page
from chat.selectors import message_for
from chat.services.messages import edit_message, post_message
from chat.views.refusals import says_why
from chat.views.said import said


@require_http_methods(["GET", "HEAD", "POST"])
@says_why
def collection(request: SignedInRequest, conversation_id: UUID) -> HttpResponse:
    """GET gives the messages before one; POST says something."""
    if request.method != "POST":
        context = earlier_page(request.user, conversation_id, _before(request))
        return render(request, "chat/_earlier.html", context)
    posted = post_message(
        actor=request.user,
        conversation_id=conversation_id,
        content=request.POST.get("content", ""),
        client_id=request.POST.get("client_id", ""),
    )
    return said(request, posted)


def _before(request: SignedInRequest) -> UUID:
    try:
        return UUID(request.GET.get("before", ""))
    except ValueError:
        raise NotFound(_("There is no such message.")) from None


@require_http_methods(["GET", "HEAD", "POST"])
@says_why
def edit(request: SignedInRequest, conversation_id: UUID, message_id: UUID) -> HttpResponse:
    if request.method != "POST":
        message = message_for(request.user, conversation_id, message_id)
        return render(request, "chat/_message_edit.html", {"message": message})
    posted = edit_message(
        actor=request.user,
        conversation_id=conversation_id,
        message_id=message_id,
        content=request.POST.get("content", ""),
        client_id=request.POST.get("client_id", ""),
    )
    return said(request, posted)


@require_safe
@says_why
def text(request: SignedInRequest, conversation_id: UUID, message_id: UUID) -> HttpResponse:
    """The message as it was written, for the clipboard."""
    message = message_for(request.user, conversation_id, message_id)
    return HttpResponse(message.content, content_type="text/plain; charset=utf-8")
