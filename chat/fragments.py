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
from chat.message_view import MessageView, work_of
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

    def __init__(self, message_id: UUID) -> None:
        self.fold = RunFold()
        self._id = f"message-{message_id}"
        self._stream = markdown.Stream(prefix=str(message_id), swaps=True)
        self._shown_work = self._work_key()

    def catch_up(self, events: Sequence[StoredEvent]) -> None:
        """Takes in what the page is about to be given whole."""
        self._apply(events)
        self._shown_work = self._work_key()

    def whole(self, view: MessageView) -> str:
        """The answer as it stands; ``view`` is what was stored of it, perhaps when it had not begun."""
        if view.status in LIVE and self.fold.started_at is not None:
            view = replace(view, status=MessageStatus.PROCESSING, queued=False, work=work_of(self.fold))
            view = replace(view, html=self._stream.html, tail=self._stream.tail)
        return placed([view])

    def frame(self, events: Sequence[StoredEvent]) -> str:
        """The partials that bring the page from before these events to after them; may be empty."""
        thinking = len(self.fold.thinking)
        patches = self._apply(events)
        return self._work_partial(thinking) + "".join(self._patched(patch) for patch in patches)

    def _apply(self, events: Sequence[StoredEvent]) -> list[Patch]:
        text = []
        for stored in events:
            event = stored.event
            self.fold.apply(event, stored.ts)
            if isinstance(event, Content):
                text.append(event.md)
        return self._stream.feed("".join(text)) if text else []

    def _work_key(self) -> tuple[object, ...]:
        """What of the work is drawn as a whole: all but the growth of the thinking's text."""
        fold = self.fold
        tools = tuple((row.call_id, row.status) for row in fold.tools.values())
        plan = tuple((item["id"], item["text"], item["status"]) for item in fold.plan)
        return (fold.status_text, fold.since, plan, tools, bool(fold.thinking))

    def _work_partial(self, thinking_before: int) -> str:
        key = self._work_key()
        if key != self._shown_work:
            self._shown_work = key
            html = render_to_string(
                "chat/_work.html", {"message": {"id": self._id[8:]}, "work": work_of(self.fold)}
            )
            return partial(f"#{self._id}-work", "innerMorph", html)
        new = self.fold.thinking[thinking_before:]
        return partial(f"#{self._id}-thinking", "beforeend", escape(new)) if new else ""

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
