"""Who asks, and in which language and time zone the answer is given."""

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts import personal
from accounts.models import User
from accounts.preferences import ZONE_COOKIE, language_for, zone_for

Handler = Callable[[HttpRequest], HttpResponse]


class PersonalOwner:
    """In personal mode signs the owner in for each request, without a session, and refuses everyone else.

    Views marked ``login_not_required`` answer anybody, as they do in team mode.
    """

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.PERSONAL and personal.is_at_this_machine(caller_of(request)):
            request.user = cast(User, SimpleLazyObject(personal.owner))  # asked for only where it is used
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, *_arguments: Any) -> HttpResponse | None:
        if not settings.PERSONAL or not getattr(view, "login_required", True):
            return None
        caller = caller_of(request)
        if not personal.is_at_this_machine(caller):
            return refused(
                request, _("This is somebody's personal Parley. It answers only on the machine it runs on.")
            )
        if request.method not in personal.SAFE_METHODS and not personal.comes_from_our_pages(
            caller, request.scheme or "http"
        ):
            return refused(request, _("Another site tried to change something here. Nothing was changed."))
        return None


def refused(request: HttpRequest, reason: str) -> HttpResponse:
    address = f"http://localhost:{settings.PORT}"  # whatever name and port this was sent to
    return render(request, "403_personal.html", {"reason": reason, "address": address}, status=403)


def caller_of(request: HttpRequest) -> personal.Caller:
    headers = {name.lower(): value for name, value in request.headers.items()}
    return personal.Caller(peer=request.META.get("REMOTE_ADDR", ""), headers=headers)


def preferred_language(get_response: Handler) -> Handler:
    """Activates the language and time zone of whoever asks, for one request."""

    def answer(request: HttpRequest) -> HttpResponse:
        language = language_for(request.user, request.headers.get("Accept-Language", ""))
        zone = zone_for(request.user, request.COOKIES.get(ZONE_COOKIE, ""))
        with translation.override(language), timezone.override(zone):
            request.LANGUAGE_CODE = language
            response = get_response(request)
        patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Content-Language", language)
        return response

    return answer
