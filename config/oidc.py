"""Providers of OpenID Connect with whose accounts people sign in, as one JSON value says them."""

import json
import re
from typing import Any
from urllib.parse import urlsplit

from config.env import WrongSetting

NEEDED = {"id", "name", "server_url", "client_id"}
KNOWN = NEEDED | {"secret", "sign_up"}
EXAMPLE = (
    '[{"id": "acme", "name": "Acme", "server_url": "https://login.example.org", "client_id": "parley",'
    ' "secret": "…"}]'
)


def providers_from(text: str) -> list[dict[str, Any]]:
    """The providers as django-allauth takes them. Raises WrongSetting, which repeats no secret.

    ``sign_up`` says that everybody who has an account there may join.
    """
    try:
        providers = json.loads(text or "[]")
    except ValueError:
        providers = None
    if not isinstance(providers, list) or not all(_is_good(one) for one in providers):
        raise WrongSetting("OIDC_PROVIDERS", f"a list in JSON such as {EXAMPLE}")
    if len({one["id"] for one in providers}) < len(providers):
        raise WrongSetting("OIDC_PROVIDERS", "a list in which each id stands once")
    return [_app(one) for one in providers]


def _is_good(one: Any) -> bool:
    if not isinstance(one, dict) or not NEEDED <= one.keys() <= KNOWN:
        return False
    words = [value for name, value in one.items() if name != "sign_up"]
    if not all(isinstance(value, str) for value in words) or not isinstance(one.get("sign_up", False), bool):
        return False
    address = urlsplit(one["server_url"])
    good_address = address.scheme in ("http", "https") and bool(address.netloc)
    return good_address and re.fullmatch(r"[a-z0-9-]{1,40}", one["id"]) is not None


def _app(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "provider_id": one["id"],
        "name": one["name"],
        "client_id": one["client_id"],
        "secret": one.get("secret", ""),
        "settings": {"server_url": one["server_url"].rstrip("/"), "sign_up": one.get("sign_up", False)},
    }
