"""Who asks, and how, where a proxy stands between: its word counts only if ``TRUSTED_PROXIES`` names it.

Anybody can send these headers, so from anybody else they change nothing. They are left where they are:
personal mode refuses whatever came through a proxy.
"""

import ipaddress
from typing import Any

from django.conf import settings

from config.pages import Receive, Scope, Send

SECURE = {"http": "https", "websocket": "wss"}


class BehindProxies:
    """Wraps an ASGI application: gives it the caller's address and scheme in place of a trusted proxy's."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in SECURE and is_trusted((scope.get("client") or ("",))[0]):
            scope = {**scope, **_told(scope)}
        await self._app(scope, receive, send)


def _told(scope: Scope) -> Scope:
    changed: Scope = {}
    caller = _caller(header_of(scope, b"x-forwarded-for"))
    if caller:
        changed["client"] = (caller, 0)
    if header_of(scope, b"x-forwarded-proto") == "https":
        changed["scheme"] = SECURE[scope["type"]]
    return changed


def _caller(chain: str) -> str:
    """The last address that is no trusted proxy's: what stands before it, anybody may have written."""
    for address in reversed([part.strip() for part in chain.split(",")]):
        if not is_trusted(address):
            return address if _parsed(address) else ""
    return ""


def header_of(scope: Scope, name: bytes) -> str:
    """All its values: a header that is there twice is one list."""
    values = [value.decode("latin1") for key, value in scope["headers"] if key.lower() == name]
    return ",".join(values)


def is_trusted(address: str) -> bool:
    found = _parsed(address)
    return found is not None and any(found in network for network in settings.TRUSTED_PROXIES)


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
