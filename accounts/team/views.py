"""Pages of a team: who is invited, and following an invitation."""

import logging
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.mail import send_mail
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import SignedInRequest
from accounts.services.invitations import (
    Invited,
    NoSuchInvitation,
    good_invitation,
    invitations_for,
    invite,
    revoke_invitation,
    roles_for,
)
from accounts.services.members import invitations_are_taken
from accounts.team.forms import InvitationForm
from accounts.team.invited import keep_token

logger = logging.getLogger(__name__)
UNPROCESSABLE = 422
MESSAGE = gettext_noop(
    "%(inviter)s invites you to Parley, a place to talk with AI agents.\n\n"
    "Follow this link to sign up. It works once, and until %(day)s:\n\n%(link)s\n\n"
    "If you do not know what this is about, do nothing."
)


@require_http_methods(["GET", "HEAD", "POST"])
def invitations(request: SignedInRequest) -> HttpResponse:
    """Those that wait, and a form for another; its link is shown once, in the answer."""
    if not roles_for(request.user) or not invitations_are_taken():
        raise Http404
    form = InvitationForm(request.user, request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        invited = invite(actor=request.user, **form.cleaned_data)
        context |= {"form": InvitationForm(request.user), "link": _link(request, invited)}
        context["sent"] = _send(request, invited, context["link"])
    context["invitations"] = invitations_for(request.user).prefetch_related("groups")
    status = UNPROCESSABLE if form.is_bound and not form.is_valid() else 200
    return render(request, "accounts/invitations.html", context, status=status)


def _link(request: HttpRequest, invited: Invited) -> str:
    return request.build_absolute_uri(reverse("invitation", args=[invited.token]))


def _send(request: SignedInRequest, invited: Invited, link: str) -> bool:
    """Whether the link went out by mail; it can be passed on by hand anyway."""
    if not invited.invitation.email:
        return False
    words = {"inviter": request.user, "link": link, "day": date_format(invited.invitation.expires_at)}
    try:
        send_mail(_("You are invited to Parley"), _(MESSAGE) % words, None, [invited.invitation.email])
    except OSError:  # those of smtplib are such
        logger.exception("an invitation could not be sent")
        return False
    return True


@require_POST
def revoke(request: SignedInRequest, invitation_id: UUID) -> HttpResponse:
    try:
        revoke_invitation(actor=request.user, invitation_id=invitation_id)
    except NoSuchInvitation as refused:
        raise Http404(refused.text) from refused
    messages.success(request, _("The invitation is withdrawn."))
    return redirect("invitations")


@login_not_required
@require_safe
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """Takes the token out of the address, where others could read it over a shoulder."""
    if request.user.is_authenticated:
        return redirect("chat:home")
    if good_invitation(token) is None:
        return render(request, "accounts/invitation_over.html", status=404)
    keep_token(request, token)
    return redirect("account_signup")
