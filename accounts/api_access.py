"""Whose a call of the API is: by a token or key, by a session, or by being at the owner's machine."""

from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.translation import gettext as _

from accounts import personal
from accounts.admissions import admission_of
from accounts.bearer import could_be_ours, let_in_by
from accounts.credentials import Credential
from accounts.errors import Forbidden, InvalidToken, MissingScope, NotSignedIn
from accounts.middleware import caller_of
from accounts.models import Scope, User
from accounts.requests import ApiRequest


def person_calling(request: HttpRequest) -> User:
    """The person a call counts as. Raises NotSignedIn, InvalidToken, Forbidden and MissingScope.

    Leaves ``request.user`` and ``request.credential`` (accounts.credentials) behind. A token or key in
    ``Authorization`` counts before all else, and is enough: no browser sends one unasked. In personal mode a
    call without credentials is the owner's, unless the browser says that a page of another site sends it:
    then not even a GET is answered. A session has to prove with Django's token that a page of ours sends what
    changes something.
    """
    if settings.PERSONAL:
        _check_this_machine(request)
    user, credential = _let_in(request)
    request.user, cast(ApiRequest, request).credential = user, credential
    if scope := credential.missing_for(request.method):
        raise MissingScope(scope)
    return user


def may_act_for_others(request: ApiRequest) -> bool:
    """Whether the caller may name other people: who has the permission, by a key only if it has the scope.

    Superusers have every permission; the owner in personal mode is one.
    """
    scopes = request.credential.scopes
    return Scope.ACT_FOR_OTHERS in scopes and request.user.has_perm("accounts.act_for_others")


def check_place(request: HttpRequest) -> None:
    """For calls that need nobody signed in. Raises Forbidden in personal mode for what is not from here."""
    if settings.PERSONAL:
        _check_this_machine(request)
        _check_our_page(request)


def _check_this_machine(request: HttpRequest) -> None:
    if not personal.is_at_this_machine(caller_of(request)):
        raise Forbidden(_("This is somebody's personal Parley. It answers only on the machine it runs on."))


def _check_our_page(request: HttpRequest) -> None:
    if not personal.comes_from_our_pages(caller_of(request), request.scheme or "http"):
        raise Forbidden(_("A page of another site sent this. Only programs and our own pages are answered."))


def _let_in(request: HttpRequest) -> tuple[User, Credential]:
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    is_token = scheme.lower() == "bearer"
    if is_token and not (settings.PERSONAL and _is_placeholder(request, token.strip())):
        return let_in_by(token.strip())
    if settings.PERSONAL:
        return _owner(request, has_credentials=bool(scheme) and not is_token)
    if not request.user.is_authenticated:
        raise NotSignedIn
    if not _sent_by_our_page(request):
        raise Forbidden(_("Send the token of the cookie csrftoken in the header X-CSRFToken."))
    return request.user, Credential("session", admission_of(request.user, request.session.session_key or ""))


def _is_placeholder(request: HttpRequest, token: str) -> bool:
    """OpenAI's clients refuse to call without a key; what cannot be one of ours stands for none there."""
    return request.path.startswith("/v1/") and not could_be_ours(token)


def _owner(request: HttpRequest, *, has_credentials: bool) -> tuple[User, Credential]:
    """Who says who they are, in a way we do not know, is not let in as somebody else."""
    if has_credentials:
        raise InvalidToken
    _check_our_page(request)
    user = cast(User, request.user)  # accounts.middleware.PersonalOwner has seen to it
    return user, Credential("owner", admission_of(user))


class _TokenCheck(CsrfViewMiddleware):
    """Django's own check, with the reason of a refusal in place of a page."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponse:
        return HttpResponse(reason, status=403)


_token_check = _TokenCheck(lambda _request: HttpResponse())


def _sent_by_our_page(request: HttpRequest) -> bool:
    """Views of the API are exempt from the check on the way in, which cannot know who calls how."""

    def view(*_arguments: Any) -> HttpResponse:
        return HttpResponse()

    return _token_check.process_view(request, view, (), {}) is None
