"""The list of a person's conversations: pinned first, then by when something was last said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Exists, F, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from agents.marks import hue_of, mark_of
from chat.models import Membership
from chat.search import matching_conversations
from chat.selectors import names_of_direct
from chat.unread import unread_messages

if TYPE_CHECKING:
    from accounts.models import User

PAGE = 50


@dataclass(frozen=True)
class Row:
    id: UUID
    title: str
    url: str
    mark: str
    hue: int
    agent_name: str
    current: bool
    unread: bool
    pinned: bool


@dataclass(frozen=True)
class Sidebar:
    """``groups`` are (label, rows) in order; ``next_page`` is None at the end of the list.

    ``version`` is that of the person's list when it was read, None where it has no rows.
    """

    pinned: Sequence[Row]
    groups: Sequence[tuple[str, Sequence[Row]]]
    query: str
    archived: bool
    next_page: int | None
    version: int | None = None


def sidebar_for(
    user: "User", *, current: UUID | None = None, query: str = "", archived: bool = False, page: int = 1
) -> Sidebar:
    """One page of the list, in three queries whatever its length. ``page`` counts from 1."""
    memberships = _memberships(user, query, archived)
    start = (page - 1) * PAGE
    found = list(memberships[start : start + PAGE + 1])
    names = names_of_direct(user, [membership.conversation for membership in found])
    rows = [(membership, _row(membership, current, names)) for membership in found[:PAGE]]
    return Sidebar(
        pinned=[row for membership, row in rows if membership.pinned_at],
        groups=_grouped([(m.conversation.last_message_at, row) for m, row in rows if not m.pinned_at]),
        query=query,
        archived=archived,
        next_page=page + 1 if len(found) > PAGE else None,
        version=found[0].list_version if found else None,  # type: ignore[attr-defined]  # annotated below
    )


def _memberships(user: "User", query: str, archived: bool) -> QuerySet[Membership]:
    memberships = (
        Membership.objects.filter(participant__user=user, archived_at__isnull=not archived)
        .select_related("conversation__agent")
        .annotate(unread=Exists(unread_messages()), list_version=F("participant__list_version"))
        .order_by(F("pinned_at").asc(nulls_last=True), "-conversation__last_message_at", "-conversation_id")
    )
    if query:
        memberships = memberships.filter(conversation__in=matching_conversations(query))
    return memberships


def _row(membership: Membership, current: UUID | None, names: Mapping[UUID, str]) -> Row:
    conversation = membership.conversation
    agent = conversation.agent
    title = names.get(conversation.pk) or conversation.title or _("New conversation")
    name = agent.name if agent else title
    return Row(
        id=conversation.pk,
        title=title,
        url=reverse("chat:conversation", args=[conversation.pk]),
        mark=mark_of(name),
        hue=hue_of(agent.pk if agent else conversation.pk),
        agent_name=agent.name if agent else "",
        current=conversation.pk == current,
        unread=membership.unread and conversation.pk != current,  # type: ignore[attr-defined]  # annotated above
        pinned=membership.pinned_at is not None,
    )


def _grouped(rows: Sequence[tuple[datetime, Row]]) -> list[tuple[str, list[Row]]]:
    today = timezone.localdate()
    groups: dict[str, list[Row]] = {}
    for at, row in rows:
        groups.setdefault(_label(timezone.localtime(at).date(), today), []).append(row)
    return list(groups.items())


def _label(day: date, today: date) -> str:
    if day >= today:
        return _("Today")
    if day == today - timedelta(days=1):
        return _("Yesterday")
    if day > today - timedelta(days=8):
        return _("Previous 7 days")
    return date_format(day, "F Y")
