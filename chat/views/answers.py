"""Answers: again, on, another version, stop."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from chat.errors import NotFound
from chat.fragments import added, removed
from chat.message_view import views_in_place
from chat.models import Message
from chat.services.answers import continue_answer, retry_answer, show_version, stop_current_answer
from chat.views.refusals import says_why


@require_POST
@says_why
def retry(request: SignedInRequest, conversation_id: UUID, message_id: UUID) -> HttpResponse:
    fresh = retry_answer(actor=request.user, conversation_id=conversation_id, message_id=message_id)
    return _drawn(request, fresh, instead_of=message_id)


@require_POST
@says_why
def go_on(request: SignedInRequest, conversation_id: UUID, message_id: UUID) -> HttpResponse:
    answer = continue_answer(actor=request.user, conversation_id=conversation_id, message_id=message_id)
    return _drawn(request, answer)


@require_POST
@says_why
def show(request: SignedInRequest, conversation_id: UUID, message_id: UUID) -> HttpResponse:
    """The version of that id; the page's socket takes the other away."""
    return _drawn(
        request, show_version(actor=request.user, conversation_id=conversation_id, message_id=message_id)
    )


@require_POST
@says_why
def stop(request: SignedInRequest, conversation_id: UUID) -> HttpResponse:
    """The answer of that id if it is being written, or with none the one that is."""
    try:
        answer_id = UUID(request.POST["answer"]) if "answer" in request.POST else None
    except ValueError:
        raise NotFound from None
    stop_current_answer(actor=request.user, conversation_id=conversation_id, answer_id=answer_id)
    return HttpResponse(status=204) if request.htmx else redirect("chat:conversation", conversation_id)


def _drawn(request: SignedInRequest, answer: Message, *, instead_of: UUID | None = None) -> HttpResponse:
    if not request.htmx:
        return redirect("chat:conversation", answer.conversation_id)
    gone = removed([instead_of]) if instead_of else ""
    return HttpResponse(gone + added(views_in_place([answer])))
