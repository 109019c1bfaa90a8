"""Limits of calls of the API: who is over one is told when to come back, and everybody what is left."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja.throttling import BaseThrottle

from accounts import rate_limits
from accounts.errors import TooMany
from accounts.rate_limits import Standing
from config.problems import refusal_at

View = Callable[..., HttpResponseBase]

#: Named in the order of draft-ietf-httpapi-ratelimit-headers-03, the form that clients know.
HEADERS = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")


class ByPerson(BaseThrottle):
    """For the framework, which asks once it knows who calls."""

    def allow_request(self, request: HttpRequest) -> bool:
        if not request.user.is_authenticated:
            return True
        standing = rate_limits.api_call_by(request.user.pk)
        _note(request, standing)
        return standing is None or standing.allowed

    def wait(self) -> None:
        """Said by ``limited``, which knows of whom."""


def limited(view: View) -> View:
    """Counts the caller's address, and says in headers what is left of the limit that is nearer."""

    @wraps(view)
    def answer(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:
        standing = rate_limits.api_call_from(request.META.get("REMOTE_ADDR", ""))
        _note(request, standing)
        if standing is None or standing.allowed:
            response = view(request, *arguments, **named)
        else:
            response = refusal_at(request.path, TooMany(standing.reset))
        _say(response, getattr(request, "standing", None))
        return response

    return answer


def _note(request: HttpRequest, standing: Standing | None) -> None:
    known = getattr(request, "standing", None)
    if standing is not None and (known is None or standing.remaining <= known.remaining):
        request.standing = standing  # type: ignore[attr-defined]


def _say(response: HttpResponseBase, standing: Standing | None) -> None:
    if standing is None:
        return
    for name, value in zip(HEADERS, (standing.limit, standing.remaining, standing.reset), strict=True):
        response.headers[name] = str(value)
    if response.status_code == TooMany.status:
        response.headers.setdefault("Retry-After", str(standing.reset))
