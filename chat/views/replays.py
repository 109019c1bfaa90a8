"""A run played back: the page, and what it plays."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.requests import SignedInRequest
from agents.eventlog import read
from chat.message_view import unstored_view
from chat.models import Message
from chat.replay import blank_answer, replay_of
from chat.selectors import replayable_run
from chat.sidebar import sidebar_for
from chat.views.refusals import says_why

if TYPE_CHECKING:
    from agents.models import Run


@require_safe
@says_why
def show(request: SignedInRequest, conversation_id: UUID, run_id: UUID) -> HttpResponse:
    run = replayable_run(request.user, conversation_id, run_id)
    if request.htmx:  # its script comes with a whole page only
        return HttpResponseClientRedirect(request.path)
    context = {
        "run": run,
        "said": [unstored_view(question) for question in _question(run)],
        "answer": blank_answer(run),
        "speeds": (1, 2, 4),
        "sidebar": sidebar_for(request.user, current=conversation_id),
    }
    return render(request, "chat/replay.html", context)


def _question(run: "Run") -> list[Message]:
    asked = Message.objects.select_related("sender__agent", "sender__user")
    return list(asked.filter(pk=run.message_id, conversation_id=run.chat_id))


@require_safe
@says_why
def frames(request: SignedInRequest, conversation_id: UUID, run_id: UUID) -> HttpResponse:
    """``{"frames": [[ms, html], …], "snapshots": [[frames before it, html], …]}``."""
    run = replayable_run(request.user, conversation_id, run_id)
    replay = replay_of(run, read(run.pk))
    return JsonResponse({"frames": replay.frames, "snapshots": replay.snapshots})
