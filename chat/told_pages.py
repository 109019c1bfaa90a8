"""A page of messages as programs are told of them: rows instead of models, which take most of such a call."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, QuerySet, Subquery, TextField
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _

from accounts.prepared import Prepared
from chat.errors import NotFound
from chat.models import Membership, Message
from chat.selectors import PAGE, active_messages

if TYPE_CHECKING:
    from accounts.models import User


#: Columns that are read as texts, whatever they are for Django.
TEXTS = frozenset({"id", "reply_to_id", "parent_id", "metadata", "created_at"})
#: Characters of an id that has its dashes.
WITH_DASHES = 36


class ToldRow(NamedTuple):
    """What programs are told of a message; the rest of a row costs as much to read.

    Ids and ``created_at`` are texts as the API writes them.
    """

    conversation_id: str
    id: str
    role: str
    kind: str
    status: str
    content: str
    reply_to_id: str | None
    parent_id: str | None
    error: str
    processing_time_ms: int | None
    metadata: dict[str, Any]
    created_at: str


@dataclass(frozen=True)
class ToldPage:
    """The messages, oldest first, whether there are earlier ones, and how many in all."""

    messages: Sequence[ToldRow]
    has_earlier: bool
    total: int


def told_page(
    user: "User", conversation_id: UUID, *, before: UUID | None = None, limit: int = PAGE
) -> ToldPage:
    """The last messages, or the last before one of them. Raises NotFound, also for a stranger.

    One query for a page that has messages, and rows instead of models: building those is most of such a call.
    """
    if before is None:
        rows = _newest_rows(limit + 1).all(conversation_id, user.pk)
    else:
        rows = _rows_before(limit + 1).all(conversation_id, user.pk, before)
    total = rows[0][-1] if rows else _total_for_member().first(conversation_id, user.pk)
    if total is None:
        raise NotFound
    if before is not None and not _is_shown().first(conversation_id, before):
        raise NotFound(_("There is no such message."))
    found = _told(str(conversation_id), rows[:limit])
    return ToldPage(found[::-1], len(rows) > limit, total)


@cache
def _newest_rows(limit: int) -> Prepared[Any]:
    return Prepared.of(lambda within, user: _newest(within, user)[:limit], UUID, UUID)


@cache
def _rows_before(limit: int) -> Prepared[Any]:
    return Prepared.of(lambda within, user, at: _newest(within, user, pk__lt=at)[:limit], UUID, UUID, UUID)


@cache
def _total_for_member() -> Prepared[int]:
    """How many messages a conversation shows; nothing for who is not in it."""

    def query(conversation_id: UUID, user_id: UUID) -> QuerySet[Any, int]:
        theirs = _membership(conversation_id, user_id)
        return theirs.values_list(Coalesce(_total(conversation_id), 0), flat=True)[:1]

    return Prepared.of(query, UUID, UUID)


@cache
def _is_shown() -> Prepared[Message]:
    return Prepared.of(lambda within, which: active_messages(within).filter(pk=which)[:1], UUID, UUID)


def _newest(conversation_id: UUID, user_id: UUID, **which: UUID) -> QuerySet[Any, Any]:
    """Rows, and with each how many there are in all; none for who is not in the conversation.

    What is a text for the API is read as one: Django's way from the database's texts to Python's values, and
    ours back to texts, takes as long as the query.
    """
    shown = active_messages(conversation_id).filter(Exists(_membership(conversation_id, user_id)), **which)
    columns = (Cast(name, TextField()) if name in TEXTS else name for name in ToldRow._fields[1:])
    return shown.order_by("-id").values_list(*columns, _total(conversation_id))


def _membership(conversation_id: UUID, user_id: UUID) -> QuerySet[Membership]:
    return Membership.objects.filter(conversation=conversation_id, participant__user=user_id).order_by()


def _total(conversation_id: UUID) -> Subquery:
    shown = active_messages(conversation_id).order_by()
    return Subquery(shown.values("conversation_id").values(total=Count("pk")))


def _told(conversation_id: str, rows: Sequence[tuple[Any, ...]]) -> list[ToldRow]:
    return [
        ToldRow(
            conversation_id,
            _id_told(own),
            role,
            kind,
            status,
            content,
            _id_told(reply_to) if reply_to else None,
            _id_told(parent) if parent else None,
            error,
            took,
            json.loads(metadata) if metadata != "{}" else {},
            _moment_told(at),
        )
        for own, role, kind, status, content, reply_to, parent, error, took, metadata, at, _total in rows
    ]


def _moment_told(text: str) -> str:
    """With three decimals of the second, of as many as there are. All times of the database are UTC."""
    decimals = text[19:].partition("+")[0][1:4]
    return f"{text[:10]}T{text[11:19]}.{decimals:0<3}Z"


def _id_told(text: str) -> str:
    """SQLite has them without dashes."""
    if len(text) == WITH_DASHES:
        return text
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
