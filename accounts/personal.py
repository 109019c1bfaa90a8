"""Personal mode: whoever sits at this machine is the owner, and nobody else is let in.

The rules look at what a web page elsewhere cannot choose: the address a request comes from, the name
it was sent to (a page that points its own name at this machine sends that name), and what the browser
says of the page that sends it.
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.prepared import Prepared

OWNER = "owner"
SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}
PROXY_HEADERS = ("forwarded", "x-forwarded-", "x-real-ip")


@dataclass(frozen=True)
class Caller:
    """A request or handshake: the peer's address, and its headers by lower-case name."""

    peer: str
    headers: Mapping[str, str]

    @property
    def host(self) -> str:
        return self.headers.get("host", "")


def is_at_this_machine(caller: Caller) -> bool:
    """True when the caller is one of ``PERSONAL_CLIENTS``, without a proxy, and used a loopback name."""
    proxied = any(name.startswith(PROXY_HEADERS) for name in caller.headers)
    return not proxied and _is_client(caller.peer) and is_loopback_name(host_name(caller.host))


def comes_from_our_pages(caller: Caller, scheme: str) -> bool:
    """False when the browser says that a page of another origin sends this; programs say nothing.

    ``same-site`` is not enough: every port of this machine is the same site.
    """
    if caller.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = caller.headers.get("origin")
    return origin is None or origin == f"{scheme}://{caller.host}"


def owner() -> User:
    """The owner, made at the first call: the oldest superuser, or a new one without a password."""
    return _oldest_superuser().first() or _make_owner()


@cache
def _oldest_superuser() -> Prepared[User]:
    superusers = User.objects.filter(is_superuser=True, is_active=True)
    return Prepared.of(lambda: superusers.order_by("date_joined", "pk")[:1])


def _make_owner() -> User:
    person = User(username=OWNER, is_staff=True, is_superuser=True)
    person.set_unusable_password()
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except (
        IntegrityError
    ):  # another request was first, or someone of that name has been made less than an owner
        return User.objects.get(username=OWNER)
    return person


def host_name(host: str) -> str:
    """The name of a Host header, without port and brackets; empty for one that makes no sense."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def is_loopback_name(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _is_client(peer: str) -> bool:
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return any(address in network for network in settings.PERSONAL_CLIENTS)
