"""The part of the settings about programs: API keys, and sign-ins with a password."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.errors import Refused
from accounts.forms import PreferencesForm
from accounts.key_form import KeyForm
from accounts.programs import keys_of, sign_ins_of
from accounts.requests import SignedInRequest
from accounts.services.api_keys import make_key, revoke_key
from accounts.services.tokens import revoke_family

UNPROCESSABLE = 422


def programs_of(request: SignedInRequest) -> dict[str, Any]:
    """The context of ``accounts/_programs.html``, with an empty form."""
    return {
        "keys": keys_of(request.user),
        "sign_ins": sign_ins_of(request.user),
        "key_form": KeyForm(request.user),
        "now": timezone.now(),
    }


@require_POST
def make(request: SignedInRequest) -> HttpResponse:
    """Answers with the key itself: this is the only time that anybody sees it."""
    form = KeyForm(request.user, request.POST)
    if form.is_valid():
        try:
            key, text = make_key(
                user=request.user,
                name=form.cleaned_data["name"],
                scopes=form.scopes,
                expires_at=form.expires_at,
            )
        except Refused as refused:
            form.add_error(None, refused.detail)
        else:
            return _drawn(request, new_key=text, made=key)
    return _drawn(request, status=UNPROCESSABLE, key_form=form)


@require_POST
def revoke(request: SignedInRequest, key_id: UUID) -> HttpResponse:
    key = revoke_key(actor=request.user, key_id=key_id)
    if key is None:
        raise Http404
    return _told(request, _("The key “%(name)s” is revoked.") % {"name": key.name})


@require_POST
def sign_out(request: SignedInRequest, family_id: UUID) -> HttpResponse:
    if revoke_family(actor=request.user, family_id=family_id) is None:
        raise Http404
    return _told(request, _("The program is signed out."))


def _told(request: SignedInRequest, text: str) -> HttpResponse:
    if request.htmx:
        return _drawn(request, told=text)
    return redirect(reverse("accounts:settings") + "#programs")


def _drawn(request: SignedInRequest, *, status: int = 200, **what: Any) -> HttpResponse:
    """The part by itself for htmx; without scripts the whole page."""
    context = programs_of(request) | what
    if request.htmx:
        return render(request, "accounts/_programs.html", context, status=status)
    context["form"] = PreferencesForm(instance=request.user)
    return render(request, "accounts/settings.html", context, status=status)
