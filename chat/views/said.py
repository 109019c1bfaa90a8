"""What a page gets that has said something, with the keyboard or aloud."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django_htmx.http import HttpResponseLocation

from accounts.requests import SignedInRequest
from chat.fragments import added
from chat.message_view import views_in_place
from chat.services.messages import Posted

ACCEPTED = 202


def said(request: SignedInRequest, posted: Posted) -> HttpResponse:
    """Both messages for the page that sent; its socket, and those of other pages, bring the same."""
    if not request.htmx:
        return redirect("chat:conversation", posted.message.conversation_id)
    drawn = [posted.message, posted.answer] if posted.is_asked else [posted.message]
    return HttpResponse(added(views_in_place(drawn, reader=request.user.pk)), status=ACCEPTED)


def begun(request: SignedInRequest, posted: Posted) -> HttpResponse:
    """The way to the conversation that began with it."""
    url = posted.message.conversation.get_absolute_url()
    return HttpResponseLocation(url, target="#main", swap="innerHTML") if request.htmx else redirect(url)
