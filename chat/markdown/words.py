"""The few words of ours inside an answer, escaped and in the reader's language."""

from functools import lru_cache
from html import escape

from django.utils.translation import get_language, gettext, gettext_noop

WORDS = (
    gettext_noop("Copy"),
    gettext_noop("Back to the text"),
    gettext_noop("Done"),
    gettext_noop("Not done"),
)


def word(english: str) -> str:
    """One of ``WORDS``, looked up once for each language: an answer may hold hundreds."""
    return _translated(english, get_language())


@lru_cache(maxsize=256)
def _translated(english: str, language: str | None) -> str:
    return escape(gettext(english))
