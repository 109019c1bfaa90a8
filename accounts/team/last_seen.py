"""When each session was last used, for the list of them: written now and then, not at each request."""

import time
from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

Handler = Callable[[HttpRequest], HttpResponseBase]

#: Seconds between two writes for a session, by each process.
EVERY = 300.0
#: Sessions that a process remembers having written.
MOST = 10_000

_written: dict[str, float] = {}


def last_seen(get_response: Handler) -> Handler:
    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        key = request.session.session_key
        if key and request.user.is_authenticated:
            _see(key, request.META.get("REMOTE_ADDR", ""))
        return response

    return answer


def _see(key: str, address: str) -> None:
    now = time.monotonic()
    if now - _written.get(key, -EVERY) < EVERY:
        return
    if len(_written) >= MOST:
        _written.clear()
    _written[key] = now
    UserSession.objects.filter(session_key=key).update(last_seen_at=timezone.now(), ip=address)
