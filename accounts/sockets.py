"""Who opens a WebSocket, and from which page; the rules are those of HTTP, in one place."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest, parse_cookie
from django.http.request import split_domain_port, validate_host
from django.utils.module_loading import import_string

from accounts import personal
from accounts.admissions import admission_of
from accounts.credentials import Credential
from accounts.errors import InvalidToken
from accounts.models import User
from accounts.socket_tokens import person_by_token

DEFAULT_PORTS = {"http": "80", "https": "443"}
#: Close codes of a handshake that is refused.
NOT_SIGNED_IN, WRONG_ORIGIN = 4401, 4403


class Refused(Exception):
    """A handshake that lets nobody in; ``code`` is what the socket is closed with."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Visitor:
    """Who opened a socket, and by what; that has to hold for as long as it is open."""

    user: User
    credential: Credential


async def visitor_of_page(scope: dict[str, Any]) -> Visitor:
    """Whoever opened one of our pages. Raises Refused."""
    if not origin_allowed(scope):
        raise Refused(WRONG_ORIGIN)
    return await _visitor(scope)


async def visitor_by_program(scope: dict[str, Any]) -> Visitor:
    """Whoever runs a program, or one of our pages: by a token, which counts before all else. Raises Refused.

    A browser sends an origin with every handshake, so one without is a program's: that is enough with a
    token and for the owner at their machine, but not where a cookie says who it is.
    """
    has_origin = "origin" in caller_of(scope).headers
    token = _token(scope)
    if not origin_allowed(scope) and (has_origin or (token is None and not settings.PERSONAL)):
        raise Refused(WRONG_ORIGIN if has_origin or _cookie(scope) else NOT_SIGNED_IN)
    return await (_visitor(scope) if token is None else _visitor_with(token, scope))


async def _visitor_with(token: str, scope: dict[str, Any]) -> Visitor:
    if settings.PERSONAL and not personal.is_at_this_machine(caller_of(scope)):
        raise Refused(NOT_SIGNED_IN)
    try:
        visitor = Visitor(*await person_by_token(token))
    except InvalidToken:
        raise Refused(NOT_SIGNED_IN) from None
    if visitor.credential.missing_for("GET"):
        raise Refused(NOT_SIGNED_IN)
    return visitor


async def _visitor(scope: dict[str, Any]) -> Visitor:
    user = await user_for(scope)
    if user is None:
        raise Refused(NOT_SIGNED_IN)
    admission = admission_of(user, session_key_of(scope))
    return Visitor(user, Credential("owner" if settings.PERSONAL else "session", admission))


def caller_of(scope: dict[str, Any]) -> personal.Caller:
    headers = {name.decode("latin1").lower(): value.decode("latin1") for name, value in scope["headers"]}
    return personal.Caller(peer=(scope.get("client") or ("",))[0], headers=headers)


def origin_allowed(scope: dict[str, Any]) -> bool:
    """True for a handshake of one of our own pages.

    The origin is compared with the name the client used, never with ``ALLOWED_HOSTS``, where ``*`` would
    let every page in. A handshake without one is no browser's, and refused: it carries a cookie.
    """
    caller = caller_of(scope)
    origin = caller.headers.get("origin", "")
    if origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    scheme, _separator, place = origin.partition("://")
    if scheme not in (("https",) if settings.HTTPS else DEFAULT_PORTS):
        return False
    name, port = _name_and_port(scheme, caller.host)
    return validate_host(name, settings.ALLOWED_HOSTS) and (name, port) == _name_and_port(scheme, place)


def _name_and_port(scheme: str, place: str) -> tuple[str, str]:
    """In lower case, with the scheme's own port if it has none; the name is empty where it cannot be one."""
    name, port = split_domain_port(place)
    return name, port or DEFAULT_PORTS[scheme]


async def user_for(scope: dict[str, Any]) -> User | None:
    """The person behind a handshake: the owner in personal mode, else whoever holds the session cookie."""
    return await database_sync_to_async(_person)(scope)


def session_key_of(scope: dict[str, Any]) -> str:
    """What the session cookie of a handshake says; in personal mode no session lets anybody in."""
    return "" if settings.PERSONAL else _cookie(scope)


def _person(scope: dict[str, Any]) -> User | None:
    caller = caller_of(scope)
    if settings.PERSONAL:
        return personal.owner() if personal.is_at_this_machine(caller) else None
    key = _cookie(scope)
    if not key:
        return None
    store = import_string(f"{settings.SESSION_ENGINE}.SessionStore")(key)
    user = get_user(cast(HttpRequest, SimpleNamespace(session=store)))  # it reads nothing but the session
    return user if isinstance(user, User) else None


def _token(scope: dict[str, Any]) -> str | None:
    """What the address or the header ``Authorization`` says; None where neither says anything.

    As for a call, another scheme than ours says nothing, it may be for a proxy on the way; but whoever says
    in a way we do not know who they are is not let in as the owner.
    """
    named = parse_qs(scope.get("query_string", b"").decode("latin1"), keep_blank_values=True).get("token")
    if named:
        return named[0]
    scheme, _space, token = caller_of(scope).headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    return "" if scheme and settings.PERSONAL else None


def _cookie(scope: dict[str, Any]) -> str:
    return parse_cookie(caller_of(scope).headers.get("cookie", "")).get(settings.SESSION_COOKIE_NAME, "")
