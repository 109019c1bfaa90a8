"""Events and changed messages as HTML for one viewer: the socket's frames. Names every DOM id it touches.

A frame is one or more ``<hx-partial>``, each with where it goes and how. A running answer grows in two
places: finished Markdown blocks are appended once to ``message-<id>-text``, and only the open block, in
``message-<id>-tail``, changes.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.html import escape

from agents.engine.events import Content
from agents.engine.fold import RunFold
from agents.eventlog import StoredEvent
from chat import markdown
from chat.markdown import Close, Grow, Patch, Swap, Tail
from chat.message_view import MessageView, WorkView, work_of
from chat.models.message import MessageStatus
from chat.services.answers import LIVE


def partial(target: str, swap: str, html: str) -> str:
    """One fragment: ``target`` is a CSS selector of ours, never of a person's or a model's making."""
    return f'<hx-partial hx-target="{target}" hx-swap="{swap}">{html}</hx-partial>'


def placed(views: Sequence[MessageView]) -> str:
    """The messages, each put in its place in the page or over its former self."""
    return _messages("place", views)


def added(views: Sequence[MessageView]) -> str:
    """The messages, each put in its place unless it is there: the socket may have brought it newer."""
    return _messages("add", views)


def _messages(swap: str, views: Sequence[MessageView]) -> str:
    html = "".join(render_to_string("chat/_message.html", {"message": view}) for view in views)
    return partial("#messages", swap, html) if html else ""


def removed(message_ids: Sequence[UUID]) -> str:
    return "".join(partial(f"#message-{pk}", "delete", "") for pk in message_ids)


class LiveAnswer:
    """An answer under way as one page has it: its fold, and the Markdown it has been sent so far."""

    def __init__(self, message_id: UUID, conversation_id: UUID, *, timed: bool = True) -> None:
        self.fold = RunFold()
        self._timed = timed  # whether the seconds of the present activity are counted
        self._conversation_id = conversation_id
        self._id = f"message-{message_id}"
        self._stream = markdown.Stream(prefix=str(message_id), swaps=True)
        self._shown_work = self._work_key()
        self._shown_additions = self._additions()

    def catch_up(self, events: Sequence[StoredEvent]) -> None:
        """Takes in what the page is about to be given whole."""
        self._apply(events)
        self._shown_work = self._work_key()
        self._shown_additions = self._additions()

    def view(self, stored: MessageView) -> MessageView:
        """The answer as it stands; ``stored`` is the row's, perhaps from when it had not begun."""
        if stored.status not in LIVE or self.fold.started_at is None:
            return stored
        return replace(
            stored,
            status=MessageStatus.PROCESSING,
            queued=False,
            work=self._work(),
            html=self._stream.html,
            tail=self._stream.tail,
            files=self.fold.files,
            citations=self.fold.citations,
        )

    def frame(self, events: Sequence[StoredEvent]) -> str:
        """The partials that bring the page from before these events to after them; may be empty."""
        thinking = len(self.fold.thinking)
        patches = self._apply(events)
        text = "".join(self._patched(patch) for patch in patches)
        return self._work_partial(thinking) + text + self._additions_partial()

    def _apply(self, events: Sequence[StoredEvent]) -> list[Patch]:
        text = []
        for stored in events:
            event = stored.event
            self.fold.apply(event, stored.ts)
            if isinstance(event, Content):
                text.append(event.md)
        return self._stream.feed("".join(text)) if text else []

    def _work(self) -> WorkView:
        work = work_of(self.fold)
        return work if self._timed else replace(work, since="", run_id="")

    def _work_key(self) -> tuple[object, ...]:
        """What of the work is drawn as a whole: all but the growth of the thinking's text."""
        fold = self.fold
        tools = tuple((row.call_id, row.status, row.nested_events) for row in fold.tools.values())
        plan = tuple((item["id"], item["text"], item["status"]) for item in fold.plan)
        return (fold.status_text, fold.since, plan, tools, bool(fold.thinking))

    def _work_partial(self, thinking_before: int) -> str:
        key = self._work_key()
        if key != self._shown_work:
            self._shown_work = key
            message = {"id": self._id[8:], "conversation_id": self._conversation_id}
            html = render_to_string("chat/_work.html", {"message": message, "work": self._work()})
            return partial(f"#{self._id}-work", "innerMorph", html)
        new = self.fold.thinking[thinking_before:]
        return partial(f"#{self._id}-thinking", "beforeend", escape(new)) if new else ""

    def _additions(self) -> tuple[object, ...]:
        """What stands under the text. The fold makes new lists where it changes them."""
        return (self.fold.files, self.fold.citations)

    def _additions_partial(self) -> str:
        if self._additions() == self._shown_additions:
            return ""
        self._shown_additions = self._additions()
        message = {"id": self._id[8:], "conversation_id": self._conversation_id}
        message |= {"files": self.fold.files, "citations": self.fold.citations}
        html = render_to_string("chat/_additions.html", {"message": message})
        return partial(f"#{self._id}-additions", "innerMorph", html)

    def _patched(self, patch: Patch) -> str:
        match patch:
            case Close(html):
                closed = partial(f"#{self._id}-text", "beforeend", html)
                return closed + partial(f"#{self._id}-tail", "innerHTML swapEmpty:true", "")
            case Tail(html):
                return partial(f"#{self._id}-tail", "innerHTML", html)
            case Grow(depth, html):
                return partial(f"#{self._id}-tail" + ">:last-child" * depth, "beforeend", html)
            case Swap(depth, html):
                return partial(f"#{self._id}-tail" + ">:last-child" * depth, "outerHTML", html)
