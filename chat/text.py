"""What a message may say, and the title made from the first one."""

import json
import re
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from chat.errors import Invalid

TITLE_LENGTH = 50
CLIENT_ID = re.compile(r"[A-Za-z0-9_.:-]{1,100}")
#: Characters of what a program keeps with a message, as JSON.
MAX_METADATA = 16 * 1024
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def clean_content(raw: str) -> str:
    """The text as it is stored: trimmed, line ends as ``\\n``. Raises Invalid for what is no message."""
    text = raw.replace("\r\n", "\n").replace("\r", "\n").strip()
    if has_unstorable_characters(text):
        raise Invalid(
            _("This message contains characters that cannot be stored. Remove them and send again."),
            field="content",
        )
    if not text:
        raise Invalid(_("Write something first."), field="content")
    if len(text) > settings.MAX_MESSAGE_CHARS:
        raise Invalid(
            _("This message has %(count)d characters; at most %(limit)d can be sent at once.")
            % {"count": len(text), "limit": settings.MAX_MESSAGE_CHARS},
            field="content",
        )
    return text


def has_unstorable_characters(text: str) -> bool:
    """NUL, which PostgreSQL refuses, and lone surrogates, which are not text in UTF-8."""
    return bool(_UNSTORABLE.search(text))


def clean_client_id(raw: str) -> str:
    """A client id as given. Raises Invalid unless it is 1 to 100 letters, digits or ``_.:-``."""
    if not CLIENT_ID.fullmatch(raw):
        raise Invalid(_("The client id must be 1 to 100 letters, digits or the signs _ . : -"))
    return raw


def clean_metadata(given: Mapping[str, Any]) -> dict[str, Any]:
    """What a program keeps with a message or a conversation.

    Raises Invalid for more than 16,384 characters of JSON, and for what no database stores.
    """
    try:
        text = json.dumps(given, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    except (ValueError, RecursionError):
        raise _no_metadata() from None
    if len(text) > MAX_METADATA:
        raise Invalid(
            _("The metadata have %(count)d characters as JSON; at most %(limit)d can be kept.")
            % {"count": len(text), "limit": MAX_METADATA},
            field="metadata",
        )
    escapes = text.replace(r"\\", "")  # what is left of a backslash begins an escape
    if has_unstorable_characters(text) or r"\u0000" in escapes:
        raise _no_metadata()
    return dict(given)


def _no_metadata() -> Invalid:
    return Invalid(_("The metadata contain something that cannot be stored."), field="metadata")


def title_from(content: str) -> str:
    """The first 50 characters on one line, cut on a word boundary with an ellipsis (CONTRACT of titles)."""
    line = " ".join(content.split())
    if len(line) <= TITLE_LENGTH:
        return line
    cut = line[:TITLE_LENGTH]
    if line[TITLE_LENGTH] != " " and " " in cut:
        cut = cut[: cut.rindex(" ")]
    return cut.rstrip() + "…"
