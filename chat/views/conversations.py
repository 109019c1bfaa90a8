"""A conversation, and the list of them."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseLocation

from accounts.requests import SignedInRequest
from chat.pages import conversation_page
from chat.selectors import membership_for
from chat.services.conversations import (
    archive_conversation,
    delete_conversation,
    pin_conversation,
    rename_conversation,
)
from chat.sidebar import sidebar_for
from chat.views.refusals import says_why

#: Digits of a page number; more is nobody's page.
MAX_PAGE_DIGITS = 5


@require_safe
@says_why
def show(request: SignedInRequest, conversation_id: UUID) -> HttpResponse:
    context = conversation_page(request.user, conversation_id)
    if request.htmx:
        return render(request, "chat/_main.html", context)
    return render(
        request,
        "chat/conversation.html",
        context | {"sidebar": sidebar_for(request.user, current=conversation_id)},
    )


@require_safe
def sidebar(request: SignedInRequest) -> HttpResponse:
    """The list, for another query, page, or the archive."""
    context = {
        "sidebar": sidebar_for(
            request.user,
            current=_current(request),
            query=request.GET.get("q", "")[:200],
            archived=request.GET.get("archived") == "1",
            page=_page(request.GET.get("page", "1")),
        )
    }
    return render(request, "chat/_conversation_list.html", context)


def _page(raw: str) -> int:
    return max(1, int(raw)) if raw.isascii() and raw.isdigit() and len(raw) <= MAX_PAGE_DIGITS else 1


def _current(request: SignedInRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("current", ""))
    except ValueError:
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@says_why
def rename(request: SignedInRequest, conversation_id: UUID) -> HttpResponse:
    if request.method != "POST":
        conversation = membership_for(request.user, conversation_id).conversation
        return render(request, "chat/_conversation_rename.html", {"conversation": conversation})
    rename_conversation(
        actor=request.user, conversation_id=conversation_id, title=request.POST.get("title", "")
    )
    return _list_again(request)


@require_POST
@says_why
def pin(request: SignedInRequest, conversation_id: UUID) -> HttpResponse:
    pin_conversation(
        actor=request.user, conversation_id=conversation_id, pinned=request.POST.get("pinned") == "1"
    )
    return _list_again(request)


@require_POST
@says_why
def archive(request: SignedInRequest, conversation_id: UUID) -> HttpResponse:
    archive_conversation(
        actor=request.user, conversation_id=conversation_id, archived=request.POST.get("archived") == "1"
    )
    return _list_again(request)


@require_POST
@says_why
def delete(request: SignedInRequest, conversation_id: UUID) -> HttpResponse:
    """Deletes; whoever has it open is taken home."""
    delete_conversation(actor=request.user, conversation_id=conversation_id)
    if request.htmx and _current(request) != conversation_id:
        return _list_again(request)
    home = reverse("chat:home")
    return HttpResponseLocation(home, target="#main", swap="innerHTML") if request.htmx else redirect(home)


def _list_again(request: SignedInRequest) -> HttpResponse:
    if not request.htmx:
        return redirect("chat:home")
    return render(
        request,
        "chat/_conversation_list.html",
        {"sidebar": sidebar_for(request.user, current=_current(request))},
    )
