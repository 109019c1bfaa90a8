"""What a page's socket reads and draws, in a database thread: changes, answers under way, the list."""

from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone

from agents.eventlog import read
from agents.services.workspaces import count_files
from chat.errors import NotFound
from chat.fragments import LiveAnswer, partial, placed, removed
from chat.message_view import MessageView, views_in_place
from chat.models import Membership, Message
from chat.selectors import shown_to
from chat.services.answers import LIVE

if TYPE_CHECKING:
    from accounts.models import User

#: Clocks of the database and this process, and transactions under way when a page was drawn.
OVERLAP = timedelta(seconds=2)
#: More changed messages than this, and the page is better loaded again.
MAX_CHANGES = 100


@dataclass(frozen=True)
class Running:
    """An answer under way as a page was just given it: by which run, up to which of its events."""

    view: MessageView
    run_id: UUID
    answer: LiveAnswer
    seq: int


@dataclass(frozen=True)
class Changes:
    """``seen``: of which moment each message is that the page now has, or knows to be gone or under way."""

    frame: str
    running: list[Running] = field(default_factory=list)
    seen: dict[UUID, datetime] = field(default_factory=dict)


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
        """What changed since the page was drawn, and what is under way.

        An answer under way counts however long ago its row changed: what it says is in its log.
        """
        wanted = Q(status__in=LIVE)
        if since is not None:
            wanted |= Q(updated_at__gte=since - OVERLAP)
        self._seen()
        changed = Message.objects.filter(wanted, conversation_id=self._open())
        ids = list(changed.order_by("-id").values_list("id", flat=True)[: MAX_CHANGES + 1])
        return self.messages(ids)

    def messages(self, message_ids: Sequence[UUID], *, followed: Container[UUID] = ()) -> Changes:
        """The messages as they are now: drawn and so seen, or taken away. Raises NotFound.

        Answers of runs that are ``followed`` are left to whoever follows them.
        """
        if len(message_ids) > MAX_CHANGES:
            self._seen()
            return Changes(resync(), seen=dict.fromkeys(message_ids, timezone.now()))
        found = shown_to(self.user, self._open(), message_ids)
        if not found:
            self._seen()
        gone = set(message_ids) - {message.pk for message in found}
        seen = dict.fromkeys(gone, timezone.now()) | {message.pk: message.updated_at for message in found}
        shown = [one for one in found if not (one.status in LIVE and one.run_id in followed)]
        if any(message.status not in LIVE and message.sender.user_id != self.user.pk for message in shown):
            self._mark_read()
        views = views_in_place(shown, reader=self.user.pk)
        running = {
            view.id: _running(view, message.run_id)
            for view, message in zip(views, shown, strict=True)
            if message.status in LIVE and message.run_id
        }
        views = [running[view.id].view if view.id in running else view for view in views]
        # Told of no message, something else has changed: a file that was deleted leaves no trace.
        counted = self.file_count() if not message_ids or any(view.files for view in views) else ""
        frame = removed(sorted(gone)) + placed(views) + counted + _cursor()
        return Changes(frame, list(running.values()), seen)

    def file_count(self) -> str:
        """How many files the conversation has now, for its menu."""
        html = render_to_string("chat/_file_count.html", {"file_count": count_files(self._open())})
        return partial("#conversation-files", "outerHTML", html.strip())

    def _seen(self) -> None:
        """Raises NotFound unless the person is a member: looked up each time, because that may have ended."""
        if not self._membership().exists():
            raise NotFound

    def _mark_read(self) -> None:
        self._membership().update(last_read_at=timezone.now())

    def _membership(self) -> QuerySet[Membership]:
        return Membership.objects.filter(conversation_id=self._open(), participant__user=self.user)

    def _open(self) -> UUID:
        if self.conversation_id is None:
            raise NotFound
        return self.conversation_id


def resync() -> str:
    """Says that the page is better loaded again, and offers it."""
    return partial("#resync", "innerHTML", render_to_string("chat/_resync.html"))


def _running(view: MessageView, run_id: UUID) -> Running:
    events = read(run_id)
    answer = LiveAnswer(view.id, view.conversation_id)
    answer.catch_up(events)
    return Running(answer.view(view), run_id, answer, events[-1].seq if events else 0)


def _cursor() -> str:
    return partial("#cursor", "outerHTML", f'<i id="cursor" hidden data-cursor="{cursor_now()}"></i>')
