"""How mail leaves, from one address such as ``smtp+tls://user:password@mail.example.org:587``."""

from typing import Any
from urllib.parse import urlsplit

import environ

from config.env import WrongSetting

#: As django-environ calls them; the last two are for trying things out and for tests.
SCHEMES = ("smtp", "smtp+tls", "smtp+ssl", "consolemail", "memorymail")
#: Seconds that whoever waits for a page waits for a mail server.
PATIENCE = 10


def mail_from(url: str) -> dict[str, Any]:
    """Django's settings for mail by name. Raises WrongSetting, which does not repeat the password."""
    try:
        scheme = urlsplit(url or "consolemail://").scheme
        found = environ.Env.email_url_config(url or "consolemail://") if scheme in SCHEMES else None
    except (ValueError, environ.ImproperlyConfigured):
        found = None
    if found is None:
        raise WrongSetting("EMAIL_URL", "an address such as smtp+tls://user:password@mail.example.org:587")
    return {name: value for name, value in found.items() if name.startswith("EMAIL_")} | {
        "EMAIL_TIMEOUT": PATIENCE
    }
