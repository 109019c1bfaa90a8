"""Where somebody is signed in, and ending it. What is open in a session that ends closes within seconds
(``accounts.admissions``).
"""

import re
from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.programs import sign_ins_of
from accounts.requests import SignedInRequest
from accounts.services.tokens import revoke_families

#: What a browser says of itself, the most particular first: each says that it is some of the others too.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
)
SYSTEMS = (
    ("Android", "Android"),
    (r"iPhone|iPad", "iOS"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class SignedIn:
    """``device`` is empty where the browser says nothing that is known."""

    pk: int
    device: str
    address: str
    since: datetime
    seen: datetime
    here: bool


@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: SignedInRequest) -> HttpResponse:
    """The list; with a POST one of them ends (``session``), or all others and those of programs with them.

    API keys stay: they were made to last, and are revoked one by one.
    """
    mine = UserSession.objects.purge_and_list(request.user)
    if request.method == "POST":
        return _end(request, mine)
    here = request.session.session_key
    listed = [
        SignedIn(
            one.pk,
            device_of(one.user_agent),
            one.ip,
            one.created_at,
            one.last_seen_at,
            one.session_key == here,
        )
        for one in sorted(mine, key=lambda one: one.last_seen_at, reverse=True)
    ]
    programs = sign_ins_of(request.user).count()
    return render(request, "accounts/sessions.html", {"sessions": listed, "programs": programs})


def _end(request: SignedInRequest, mine: list[UserSession]) -> HttpResponse:
    others = [one for one in mine if one.session_key != request.session.session_key]
    wanted = request.POST.get("session")
    if wanted is not None:
        others = [one for one in others if str(one.pk) == wanted]
        if not others:
            raise Http404
    else:
        revoke_families(actor=request.user)
    for one in others:
        one.end()
    messages.success(request, _("Signed out there."))
    return redirect("sessions")


def device_of(agent: str) -> str:
    """Such as “Firefox, Linux”."""
    found = (
        next((name for sign, name in known if re.search(sign, agent)), "") for known in (BROWSERS, SYSTEMS)
    )
    return ", ".join(filter(None, found))
