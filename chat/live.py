"""What a page's socket reads and draws, in a database thread: changes, answers under way, the list."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from chat.errors import NotFound
from chat.fragments import partial, placed, removed
from chat.message_view import MessageView, views_in_place
from chat.models import Membership, Message
from chat.selectors import shown_messages
from chat.services.answers import LIVE

if TYPE_CHECKING:
    from accounts.models import User

#: Clocks of the database and this process, and transactions under way when a page was drawn.
OVERLAP = timedelta(seconds=2)
#: More changed messages than this, and the page is better loaded again.
MAX_CHANGES = 100


@dataclass(frozen=True)
class Running:
    """An answer under way: its message, and the run that writes it."""

    message_id: UUID
    run_id: UUID


@dataclass(frozen=True)
class Changes:
    frame: str
    running: list[Running] = field(default_factory=list)


def cursor_now() -> str:
    """The moment a page is drawn, as its socket gives it back."""
    return str(int(timezone.now().timestamp() * 1_000_000))


class Page:
    """An open page of a person, with the conversation it shows, if any. Its methods give frames."""

    def __init__(self, user: "User", conversation_id: UUID | None) -> None:
        self.user = user
        self.conversation_id = conversation_id

    def check(self) -> None:
        """Raises NotFound unless the person may see the conversation."""
        if self.conversation_id is not None:
            self._seen()

    def changes(self, since: datetime | None) -> Changes:
        """What changed since the page was drawn; of what is under way only where to follow it.

        An answer under way counts however long ago its row changed: what it says is in its log.
        """
        wanted = Q(status__in=LIVE)
        if since is not None:
            wanted |= Q(updated_at__gte=since - OVERLAP)
        self._seen()
        changed = Message.objects.filter(wanted, conversation_id=self._open())
        ids = list(changed.order_by("-id").values_list("id", flat=True)[: MAX_CHANGES + 1])
        if len(ids) > MAX_CHANGES:
            return Changes(partial("#resync", "innerHTML", render_to_string("chat/_resync.html")))
        return self.messages(ids)

    def messages(self, message_ids: Sequence[UUID]) -> Changes:
        """The messages as they are now: drawn and so seen, taken away, or to be followed. Raises NotFound."""
        membership = self._seen()
        shown = list(shown_messages(self._open()).filter(pk__in=message_ids).order_by("id"))
        _mark_read(membership)
        gone = set(message_ids) - {message.pk for message in shown}
        running = [Running(one.pk, one.run_id) for one in shown if one.status in LIVE and one.run_id]
        following = {one.message_id for one in running}
        drawn = [message for message in shown if message.pk not in following]
        return Changes(removed(sorted(gone)) + placed(views_in_place(drawn)) + _cursor(), running)

    def answer(self, message_id: UUID) -> MessageView | None:
        """The answer as it is stored: without its text while it is under way. None if it is not shown."""
        return next(iter(views_in_place(list(self._shown().filter(pk=message_id)))), None)

    def settled(self, message_id: UUID) -> str:
        """The answer as it was stored at its end, seen by the person who has the page open.

        Taken away where it is not shown any more: nobody else draws what changes while it is followed.
        """
        membership = self._seen()
        found = list(shown_messages(self._open()).filter(pk=message_id))
        _mark_read(membership)
        return (placed(views_in_place(found)) if found else removed([message_id])) + _cursor()

    def _seen(self) -> int:
        """The person's membership, by key; looked up each time, because it may have ended."""
        found = Membership.objects.filter(conversation_id=self._open(), participant__user=self.user)
        membership = found.values_list("pk", flat=True).first()
        if membership is None:
            raise NotFound
        return membership

    def _shown(self) -> QuerySet[Message]:
        self._seen()
        return shown_messages(self._open())

    def _open(self) -> UUID:
        if self.conversation_id is None:
            raise NotFound
        return self.conversation_id


def _mark_read(membership: int) -> None:
    Membership.objects.filter(pk=membership).update(last_read_at=timezone.now())


def _cursor() -> str:
    return partial("#cursor", "outerHTML", f'<i id="cursor" hidden data-cursor="{cursor_now()}"></i>')
