"""Whose a call of the API is: by a session, or by being at the owner's machine."""

from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.translation import gettext as _

from accounts import personal
from accounts.errors import Forbidden, NotSignedIn
from accounts.middleware import caller_of
from accounts.models import User


def person_calling(request: HttpRequest) -> User:
    """The person a call counts as. Raises NotSignedIn and Forbidden.

    In personal mode a call without credentials is the owner's, unless the browser says that a page of another
    site sends it; then not even a GET is answered. A session has to prove with Django's token that a page of
    ours sends what changes something.
    """
    if settings.PERSONAL:
        return _owner_at_this_machine(request)
    if not request.user.is_authenticated:
        raise NotSignedIn
    if not _sent_by_our_page(request):
        raise Forbidden(_("Send the token of the cookie csrftoken in the header X-CSRFToken."))
    return request.user


def _owner_at_this_machine(request: HttpRequest) -> User:
    caller = caller_of(request)
    if not personal.is_at_this_machine(caller):
        raise Forbidden(_("This is somebody's personal Parley. It answers only on the machine it runs on."))
    if not personal.comes_from_our_pages(caller, request.scheme or "http"):
        raise Forbidden(_("A page of another site sent this. Only programs and our own pages are answered."))
    return cast(User, request.user)  # accounts.middleware.PersonalOwner has seen to it


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
