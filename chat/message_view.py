"""What a template is told of a message: the same for the page, the htmx answer, the socket and the replay."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from agents.engine.fold import RunFold, ToolRow
from agents.fallbacks import fallback_for
from agents.marks import hue_of, mark_of
from chat import markdown
from chat.models import Message
from chat.models.conversation import ConversationKind
from chat.models.message import MessageRole, MessageStatus
from chat.selectors import answers_to, shown_before
from chat.services.answers import LIVE, can_continue
from chat.sounds import Sound, recording_of, speech_of

#: Longer answers are rendered each time rather than kept, so that the cache stays small (characters).
KEPT_LENGTH = 20_000
#: What took less is not said: it would be rounded to nothing.
LEAST_MS = 50


@dataclass(frozen=True)
class Question:
    """A call of the run ``run_id`` that waits for a person; ``agent`` is whose, where another asked it."""

    call: ToolRow
    run_id: str
    agent: str = ""


@dataclass(frozen=True)
class WorkView:
    """What an agent did besides the text: live from the fold, afterwards from what was kept of it.

    ``asked`` is what waits for a person; without the answer's ``run_id`` nothing can be decided.
    """

    status_text: str = ""
    since: str = ""
    thinking: str = ""
    plan: Sequence[Mapping[str, Any]] = ()
    tools: Sequence[Mapping[str, Any]] = ()
    asked: Sequence[Question] = ()
    run_id: str = ""
    done: bool = False
    seconds: float | None = None

    @property
    def tool_count(self) -> int:
        return len(self.tools)

    @property
    def shown(self) -> bool:
        """Whether there is anything to show: an answer that just came has no work row."""
        return bool(not self.done or self.thinking or self.plan or self.tools)


@dataclass(frozen=True)
class Versions:
    """The place of an answer among those to the same question, counted from 1."""

    index: int
    total: int
    previous_id: UUID | None
    next_id: UUID | None


@dataclass(frozen=True)
class MessageView:
    """``run_id`` is there where the run can be played back; ``theirs`` if another than the reader said it.

    ``recording`` is what a person said, and ``speech`` the message read aloud, where there is such a thing.
    """

    id: UUID
    conversation_id: UUID
    role: str
    sender_name: str
    mark: str
    hue: int
    status: str
    created_at: datetime
    plain_text: str = ""
    html: SafeString = field(default=SafeString(""))
    tail: SafeString = field(default=SafeString(""))
    queued: bool = False
    interrupted: bool = False
    notice: str = ""
    can_retry: bool = False
    can_continue: bool = False
    can_edit: bool = False
    theirs: bool = False
    run_id: UUID | None = None
    stored: bool = True
    versions: Versions | None = None
    tokens: int | None = None
    estimated: bool = False
    cost: Decimal | None = None
    seconds: float | None = None
    work: WorkView | None = None
    files: Sequence[Mapping[str, Any]] = ()
    citations: Sequence[Mapping[str, Any]] = ()
    recording: Sound | None = None
    speech: Sound | None = None
    starts_day: bool = False

    @property
    def order(self) -> str:
        """Where the message stands among its siblings in the page; a day's heading stands just before it."""
        return f"{self.id}."

    @property
    def day(self) -> date:
        return timezone.localtime(self.created_at).date()


def views_of(
    messages: Sequence[Message],
    *,
    reader: UUID | None = None,
    folds: Mapping[UUID, RunFold] | None = None,
    after: datetime | None = None,
) -> list[MessageView]:
    """The views of messages in page order; ``after`` is when the message before the first was made, if any.

    ``reader`` is whose page it is; answers are the same for all. ``folds`` has the fold of each answer under
    way, by message id. One query for the versions, and one where something may wait.
    """
    versions, waiting = _versions_of(messages), _waiting(messages)
    views = []
    day = timezone.localtime(after).date() if after else None
    for message in messages:
        fold = (folds or {}).get(message.pk)
        this_day = timezone.localtime(message.created_at).date()
        view = _view(message, fold, versions.get(message.pk), starts_day=this_day != day)
        theirs = message.role == MessageRole.USER and _is_shared(message) and message.sender.user_id != reader
        views.append(replace(view, queued=message.pk in waiting, theirs=theirs))
        day = this_day
    return views


def _waiting(messages: Sequence[Message]) -> set[UUID]:
    """The answers that stand behind another; the first that is asked for begins at once."""
    pending = {message.pk for message in messages if message.status == MessageStatus.PENDING}
    if not pending:
        return set()
    live = Message.objects.filter(conversation_id=messages[0].conversation_id, active=True, status__in=LIVE)
    first = live.order_by("id").values_list("id", flat=True).first()
    return {pk for pk in pending if first is not None and pk > first}


def views_in_place(
    messages: Sequence[Message],
    *,
    reader: UUID | None = None,
    folds: Mapping[UUID, RunFold] | None = None,
) -> list[MessageView]:
    """Views of messages that go into a page by themselves: looks up what stands before them there."""
    if not messages:
        return []
    first = messages[0]
    after = shown_before(first.conversation_id, first.pk)
    return views_of(messages, reader=reader, folds=folds, after=after)


def unstored_view(message: Message, fold: RunFold | None = None) -> MessageView:
    """The view of a message that no database has: there is nothing the server could do with it later."""
    view = _view(message, fold, None, starts_day=False)
    return replace(view, stored=False, can_retry=False, can_continue=False, can_edit=False)


def _view(
    message: Message, fold: RunFold | None, versions: Versions | None, *, starts_day: bool
) -> MessageView:
    name, hue = _sender(message)
    common: dict[str, Any] = {
        "id": message.pk,
        "conversation_id": message.conversation_id,
        "role": message.role,
        "sender_name": name,
        "mark": mark_of(name),
        "hue": hue,
        "status": message.status,
        "created_at": message.created_at,
        "recording": recording_of(message.metadata),
        "speech": speech_of(message.metadata),
        "starts_day": starts_day,
    }
    if message.role != MessageRole.ASSISTANT:
        can_edit = message.role == MessageRole.USER and not _is_shared(message)
        return MessageView(**common, plain_text=message.content, can_edit=can_edit)
    if message.status in LIVE:
        return MessageView(**common, **_unfinished(message, fold or RunFold()))
    return MessageView(**common, **_finished(message), versions=versions)


def _is_shared(message: Message) -> bool:
    """Whether people said it to each other: then it says whose it is, and nobody edits it."""
    known = Message._meta.get_field("conversation").is_cached(message)
    return known and message.conversation.kind != ConversationKind.AGENT_CHAT


def _unfinished(message: Message, fold: RunFold) -> dict[str, Any]:
    stream = markdown.Stream(prefix=str(message.pk))
    stream.feed(fold.text)
    return {
        "html": stream.html,
        "tail": stream.tail,
        "work": work_of(fold),
        "files": fold.files,
        "citations": fold.citations,
    }


def work_of(fold: RunFold) -> WorkView:
    """The work of an answer under way."""
    return WorkView(
        status_text=fold.status_text,
        since=fold.since.isoformat() if fold.since else "",
        thinking=fold.thinking,
        plan=fold.plan,
        tools=[row.kept() for row in fold.tools.values() if row.status != "asked"],
        asked=[
            Question(row, run.run_id, "" if run is fold else run.agent_name) for run, row in fold.questions()
        ],
        run_id=fold.run_id,
    )


def _finished(message: Message) -> dict[str, Any]:
    work = message.metadata.get("work", {})
    seconds = _seconds_worth_saying(message)
    return {
        "html": _rendered(message),
        "interrupted": bool(message.metadata.get("interrupted")),
        "notice": fallback_for(message.error) if message.status == MessageStatus.ERROR else "",
        "can_retry": True,
        "can_continue": can_continue(message),
        "run_id": message.run_id,
        "tokens": work.get("completion_tokens"),
        "estimated": bool(work.get("estimated")),
        "cost": Decimal(work["cost"]) if work.get("cost") else None,
        "seconds": seconds,
        "work": WorkView(
            thinking=work.get("thinking", ""),
            plan=work.get("plan", ()),
            tools=work.get("tools", ()),
            done=True,
            seconds=seconds,
        ),
        "files": work.get("files", ()),
        "citations": work.get("citations", ()),
    }


def _seconds_worth_saying(message: Message) -> float | None:
    """None where it took no time that people notice: "0 s" under a failure is no news."""
    took = message.processing_time_ms or 0
    return took / 1000 if took >= LEAST_MS else None


def _rendered(message: Message) -> SafeString:
    render = _render_kept if len(message.content) <= KEPT_LENGTH else _render
    return render(message.content, str(message.pk), get_language() or "en")


def _render(text: str, prefix: str, language: str) -> SafeString:
    return markdown.render(text, prefix=prefix)


#: Rendering costs milliseconds and a page has fifty answers; the language is in the key for its buttons.
_render_kept = lru_cache(maxsize=1000)(_render)


def _sender(message: Message) -> tuple[str, int]:
    sender = message.sender
    who = sender.agent or sender.user
    return (str(who), hue_of(who.pk)) if who else ("", 0)


def _versions_of(messages: Iterable[Message]) -> dict[UUID, Versions]:
    ended = [one for one in messages if one.role == MessageRole.ASSISTANT and one.status not in LIVE]
    parents = {message.parent_id for message in ended if message.parent_id}
    if not parents:
        return {}
    siblings: dict[UUID, list[UUID]] = defaultdict(list)
    for parent_id, pk in answers_to(parents):
        siblings[parent_id].append(pk)
    return {
        pk: Versions(
            index=place + 1,
            total=len(group),
            previous_id=group[place - 1] if place else None,
            next_id=group[place + 1] if place + 1 < len(group) else None,
        )
        for group in siblings.values()
        if len(group) > 1
        for place, pk in enumerate(group)
    }
