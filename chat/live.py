"""What a page's socket reads and draws, in a database thread: changes, answers under way, the list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.template.loader import render_to_string
from django.utils import timezone

from agents.engine.fold import RunFold
from chat.fragments import partial, placed, removed
from chat.message_view import views_in_place
from chat.models import Membership, Message
from chat.selectors import membership_for, shown_messages
from chat.services.answers import LIVE
from chat.sidebar import sidebar_for

if TYPE_CHECKING:
    from accounts.models import User

#: Seconds in which changes of the list are gathered.
LIST_DELAY = 0.2
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


def subscribe(user: "User", conversation_id: UUID) -> None:
    """Raises NotFound unless the person is in the conversation."""
    membership_for(user, conversation_id)


def cursor_now() -> str:
    """The moment a page is drawn, as its socket gives it back."""
    return str(int(timezone.now().timestamp() * 1_000_000))


def changes(user: "User", conversation_id: UUID, since: datetime | None) -> Changes:
    """What changed since the page was drawn; of what is under way only where to follow it."""
    membership_for(user, conversation_id)
    changed = Message.objects.filter(conversation_id=conversation_id)
    if since is not None:
        changed = changed.filter(updated_at__gte=since - OVERLAP)
    else:
        changed = changed.filter(status__in=LIVE)
    ids = list(changed.order_by("-id").values_list("id", flat=True)[: MAX_CHANGES + 1])
    if len(ids) > MAX_CHANGES:
        return Changes(partial("#resync", "innerHTML", render_to_string("chat/_resync.html")))
    return messages(user, conversation_id, ids)


def messages(user: "User", conversation_id: UUID, message_ids: Sequence[UUID]) -> Changes:
    """The messages as they are now: drawn, taken away, or to be followed."""
    membership_for(user, conversation_id)
    shown = list(shown_messages(conversation_id).filter(pk__in=message_ids).order_by("id"))
    gone = set(message_ids) - {message.pk for message in shown}
    running = [
        Running(message.pk, message.run_id) for message in shown if message.status in LIVE and message.run_id
    ]
    following = {one.message_id for one in running}
    drawn = [message for message in shown if message.pk not in following]
    frame = removed(sorted(gone)) + placed(views_in_place(drawn)) + _cursor()
    return Changes(frame, running)


def answer(user: "User", message_id: UUID, fold: RunFold) -> str:
    """The answer under way, whole, as its fold has it."""
    found = list(_answers(user).filter(pk=message_id))
    return placed(views_in_place(found, folds={message_id: fold}))


def settled(user: "User", conversation_id: UUID, message_id: UUID) -> str:
    """The answer as it was stored at its end, seen by the person who has the page open."""
    Membership.objects.filter(conversation_id=conversation_id, participant__user=user).update(
        last_read_at=timezone.now()
    )
    return placed(views_in_place(list(_answers(user).filter(pk=message_id)))) + _cursor()


def _answers(user: "User"):  # type: ignore[no-untyped-def]
    return Message.objects.filter(
        active=True, conversation__memberships__participant__user=user
    ).select_related("sender__agent", "sender__user", "run")


def _cursor() -> str:
    return partial("#cursor", "outerHTML", f'<i id="cursor" hidden data-cursor="{cursor_now()}"></i>')


def sidebar(user: "User", current: UUID | None) -> str:
    """The person's list, drawn again."""
    html = render_to_string("chat/_conversation_list.html", {"sidebar": sidebar_for(user, current=current)})
    return partial("#sidebar-list", "innerMorph", html)
