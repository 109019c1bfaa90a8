"""Secrets of other servers, as they lie in the database: encrypted, and of use for one address only.

The key comes from ``SECRET_KEY`` by HKDF (RFC 5869), so a copy of the database alone tells nothing. What
``SECRET_KEY_FALLBACKS`` names can be read, and is sealed with the newest key when it is next saved. The
origin a secret was saved for lies encrypted beside it: whoever changes an address, also past the admin and
in the database itself, does not make us send the secret there.
"""

import json
from base64 import urlsafe_b64encode
from urllib.parse import urlsplit

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext as _

PURPOSE = b"parley secrets of other servers, 1"
MASK = "•••"
#: A shorter text is no secret that could be told from ordinary words.
LEAST_HIDDEN = 6
PORTS = {"http": 80, "https": 443}


class Unreadable(Exception):
    """The secret cannot be had; the text says why and what to do, and nothing of the secret."""


def seal(secrets: dict[str, str], *, address: str) -> str:
    """The secrets for the origin of the address, as text for a column; empty for none."""
    if not secrets:
        return ""
    return _keys().encrypt(json.dumps([origin_of(address), secrets]).encode()).decode("ascii")


def unseal(sealed: str, *, address: str) -> dict[str, str]:
    """What was sealed for the origin of this address. Raises Unreadable."""
    if not sealed:
        return {}
    try:
        origin, secrets = json.loads(_keys().decrypt(sealed))
    except (InvalidToken, ValueError, TypeError):
        raise Unreadable(
            _(
                "The stored secret cannot be read: the secret key of this installation has changed. Enter "
                "the secret again, or put the former key into SECRET_KEY_FALLBACKS."
            )
        ) from None
    if origin != origin_of(address):
        raise Unreadable(_("The stored secret is for another address. Enter it again."))
    return dict(secrets)


def origin_of(address: str) -> str:
    """Scheme, host and port, such as ``https://example.org:443``. Raises ValueError for no web address."""
    parts = urlsplit(address)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ValueError("no web address")
    return f"{parts.scheme}://{parts.hostname}:{parts.port or PORTS[parts.scheme]}"


def without(secrets: dict[str, str], text: str) -> str:
    """The text with each secret in it masked, for a server that says back what it was sent."""
    for secret in sorted(secrets.values(), key=len, reverse=True):
        # Of a header such as "Bearer abc" the second word alone is the secret too.
        for part in (secret, *secret.split()):
            if len(part) >= LEAST_HIDDEN:
                text = text.replace(part, MASK)
    return text


def _keys() -> MultiFernet:
    return MultiFernet([_key(text) for text in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(text: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(text.encode())
    return Fernet(urlsafe_b64encode(derived))
