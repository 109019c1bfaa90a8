"""What an agent wants to do: allowed or denied."""

from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.requests import SignedInRequest
from agents.changes import storable
from agents.services.approvals import Choice
from chat.errors import Invalid, NotFound
from chat.services.approvals import decide_call
from chat.views.refusals import says_why


@require_POST
@says_why
def decide(request: SignedInRequest, conversation_id: UUID) -> HttpResponse:
    """``run`` and ``call`` say which, ``decision`` is allow, always or deny, with a ``reason``."""
    decide_call(
        actor=request.user,
        conversation_id=conversation_id,
        run_id=_run_id(request.POST),
        call_id=storable(request.POST.get("call", "")),
        choice=_choice(request.POST),
    )
    return HttpResponse(status=204) if request.htmx else redirect("chat:conversation", conversation_id)


def _run_id(posted: QueryDict) -> UUID:
    try:
        return UUID(posted.get("run", ""))
    except ValueError:
        raise NotFound from None


def _choice(posted: QueryDict) -> Choice:
    match posted.get("decision"):
        case "allow":
            return Choice(allowed=True)
        case "always":
            return Choice(allowed=True, always=True)
        case "deny":
            return Choice(allowed=False, reason=posted.get("reason", ""))
    raise Invalid(_("Allow the call or deny it."))
