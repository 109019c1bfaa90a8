"""A page of messages as programs are told of them: rows instead of models, which take most of such a call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db.models import Count, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.prepared import Prepared
from chat.errors import NotFound
from chat.models import Membership, Message
from chat.selectors import PAGE, active_messages

if TYPE_CHECKING:
    from accounts.models import User


class ToldRow(NamedTuple):
    """What programs are told of a message; the rest of a row costs as much to read."""

    conversation_id: UUID
    id: UUID
    role: str
    kind: str
    status: str
    content: str
    reply_to_id: UUID | None
    parent_id: UUID | None
    error: str
    processing_time_ms: int | None
    metadata: dict[str, Any]
    created_at: datetime


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

    Two queries, and rows instead of models: building those is most of what such a call costs.
    """
    total = _total_for_member().first(conversation_id, user.pk)
    if total is None:
        raise NotFound
    if before is None:
        rows = _newest_rows(limit + 1).all(conversation_id)
    elif _is_shown().first(conversation_id, before):
        rows = _rows_before(limit + 1).all(conversation_id, before)
    else:
        raise NotFound(_("There is no such message."))
    found = [ToldRow(conversation_id, *row) for row in rows[:limit]]
    return ToldPage(found[::-1], len(rows) > limit, total)


@cache
def _total_for_member() -> Prepared[int]:
    """How many messages a conversation shows; nothing for who is not in it."""

    def query(conversation_id: UUID, user_id: UUID) -> QuerySet[Any, int]:
        counted = (
            active_messages(conversation_id).order_by().values("conversation_id").values(total=Count("pk"))
        )
        theirs = Membership.objects.filter(conversation=conversation_id, participant__user=user_id)
        return theirs.order_by().values_list(Coalesce(Subquery(counted), 0), flat=True)[:1]

    return Prepared.of(query, UUID, UUID)


@cache
def _newest_rows(limit: int) -> Prepared[Any]:
    return Prepared.of(lambda within: _newest_first(active_messages(within))[:limit], UUID)


@cache
def _rows_before(limit: int) -> Prepared[Any]:
    return Prepared.of(
        lambda within, at: _newest_first(active_messages(within).filter(pk__lt=at))[:limit], UUID, UUID
    )


@cache
def _is_shown() -> Prepared[Message]:
    return Prepared.of(lambda within, which: active_messages(within).filter(pk=which)[:1], UUID, UUID)


def _newest_first(messages: QuerySet[Message]) -> QuerySet[Any, Any]:
    return messages.order_by("-id").values_list(*ToldRow._fields[1:])
