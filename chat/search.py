"""Finding conversations by title and text: SQLite FTS5 and PostgreSQL full text behind one selector.

A query is words; all must occur, in any order, the last one as a prefix (it is still being typed).
Nothing a person types is an operator: every word is quoted.
"""

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.urls import reverse

from chat.markdown import words_only
from chat.models import SearchEntry
from chat.models.message import MessageRole
from chat.selectors import names_of_direct

if TYPE_CHECKING:
    from accounts.models import User

#: Words of a query that count, and the length of each; more would only cost time.
MAX_WORDS = 8
MAX_WORD = 60
RESULTS = 20
#: Characters shown around the first word found.
EXCERPT = 120
#: Characters of an answer looked at before and after it; marks take some of them.
AROUND = 600

_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Result:
    """A conversation that has the words; ``before``, ``match``, ``after`` are the excerpt."""

    conversation_id: UUID
    title: str
    url: str
    before: str
    match: str
    after: str


def words_of(query: str) -> list[str]:
    return [word[:MAX_WORD] for word in _WORD.findall(query.replace("_", " "))[:MAX_WORDS]]


def matching_entries(query: str) -> QuerySet[SearchEntry]:
    """The entries that have all the words; none for a query without a word."""
    words = words_of(query)
    if not words:
        return SearchEntry.objects.none()
    shown = SearchEntry.objects.exclude(message__active=False)
    if connection.vendor == "postgresql":
        return shown.filter(pk__in=RawSQL(_POSTGRESQL, [_tsquery(words)]))  # noqa: S611 (constant)
    return shown.filter(pk__in=RawSQL(_SQLITE, [_fts5(words)]))  # noqa: S611 (constant)


_POSTGRESQL = "SELECT id FROM chat_searchentry WHERE to_tsvector('simple', text) @@ to_tsquery('simple', %s)"
_SQLITE = "SELECT rowid FROM chat_search WHERE chat_search MATCH %s"


def _fts5(words: list[str]) -> str:
    return " ".join(f'"{word}"' for word in words) + "*"


def _tsquery(words: list[str]) -> str:
    return " & ".join(f"'{word}'" for word in words) + ":*"


def matching_conversations(query: str) -> QuerySet[SearchEntry, Any]:
    """Ids of conversations in which one title or message has all the words, for use in a filter."""
    return matching_entries(query).values("conversation_id")


def search_for(user: "User", query: str) -> list[Result]:
    """What the person's conversations say of it, newest first; one result a conversation, 20 at most."""
    entries = (
        matching_entries(query)
        .filter(conversation__memberships__participant__user=user)
        .select_related("conversation", "message")
        .order_by("-conversation__last_message_at", "-id")[: RESULTS * 5]
    )
    found: dict[UUID, Result] = {}
    conversations = [entry.conversation for entry in entries]
    for entry in entries:
        if entry.conversation_id not in found and len(found) < RESULTS:
            found[entry.conversation_id] = _result(entry, words_of(query))
    names = names_of_direct(user, conversations)
    return [replace(one, title=names.get(one.conversation_id, one.title)) for one in found.values()]


def _result(entry: SearchEntry, words: list[str]) -> Result:
    line, at, end = _hit(entry, re.compile("|".join(re.escape(word) for word in words), re.IGNORECASE))
    start = max(0, at - EXCERPT // 3)
    return Result(
        conversation_id=entry.conversation_id,
        title=entry.conversation.title,
        url=reverse("chat:conversation", args=[entry.conversation_id]),
        before=("…" if start else "") + line[start:at],
        match=line[at:end],
        after=line[end : end + EXCERPT],
    )


def _hit(entry: SearchEntry, word: re.Pattern[str]) -> tuple[str, int, int]:
    """The text on one line, and where in it the first word stands. Answers are Markdown: of them the words.

    Only what is around the word is looked at closer: an answer may be long. What is found in a mark alone, as
    in the address of a link, is shown as it was written.
    """
    if entry.message is not None and entry.message.role == MessageRole.ASSISTANT:
        raw = word.search(entry.text)
        start = max(0, raw.start() - AROUND) if raw else 0
        line = words_only(entry.text[start : start + 2 * AROUND])
        if hit := word.search(line):
            return ("…" if start else "") + line, hit.start() + bool(start), hit.end() + bool(start)
    line = " ".join(entry.text.split())
    hit = word.search(line)
    return line, *(hit.span() if hit else (0, 0))
