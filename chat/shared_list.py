"""The list of a person's conversations for all the pages they have open here: read and drawn once for all.

Everything that is said or answered changes the list, and every page of the person shows it. Drawn by each
socket for itself, fifty pages with fifty answers under way kept the server busy with nothing else.
"""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import DatabaseError
from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone, translation

from agents.database import in_database
from agents.pushes import REJOIN, Listener
from chat.fragments import partial
from chat.groups import tell_list, user_group
from chat.lists import list_version
from chat.models import Membership
from chat.sidebar import Row, Sidebar, sidebar_for

if TYPE_CHECKING:
    from accounts.models import User

#: Seconds in which changes are gathered, and after a drawing until the next one begins.
DELAY, PAUSE = 0.2, 0.8
#: A page drawn longer ago than this was away, or slow to come to life: it was told of nothing.
ABSENCE = timedelta(seconds=5)
#: Clocks of the database and this process, and transactions under way when a page was drawn.
OVERLAP = timedelta(seconds=2)
#: Seconds without a push after which the feed looks whether one was lost.
DOUBT = 5.0


@dataclass(frozen=True)
class SharedList:
    """The list with no conversation open, as a fragment, and its rows by conversation."""

    sidebar: Sidebar
    frame: str
    rows: dict[UUID, Row]

    def for_page(self, conversation_id: UUID | None) -> list[str]:
        """The frames for a page: the list, and then the row of the conversation that the page shows.

        Two frames, because htmx looks up the targets of a frame before it swaps any: the row may be new.
        """
        row = self.rows.get(conversation_id) if conversation_id else None
        if row is None:
            return [self.frame]
        current = replace(row, current=True, unread=False)
        html = render_to_string("chat/_conversation_row.html", {"row": current, "sidebar": self.sidebar})
        return [self.frame, partial(f"#row-{row.id}", "outerMorph", html.strip())]


class _Feed:
    """One person's list in one language and time zone, drawn when it changes, while somebody follows it."""

    def __init__(self, user: "User") -> None:
        self.followers = 0
        self.number = 0
        self.latest: SharedList | None = None
        self.doubted = False  # a page has come that may show an older list
        self._version = 0
        self.joined = asyncio.Event()
        self.drawn = asyncio.Condition()
        self.task = asyncio.get_running_loop().create_task(self._run(user))

    async def _run(self, user: "User") -> None:
        try:
            async with Listener(user_group(user.pk)) as listener:
                self._version = await in_database(list_version, user.pk)
                await self._draw_changes(listener, user)
        finally:
            self.joined.set()
            await self._wake()

    async def _draw_changes(self, listener: Listener, user: "User") -> None:
        clock = asyncio.get_running_loop().time
        rejoin_at = clock() + REJOIN
        while True:
            self.joined.set()
            if await listener.next(DOUBT) is not None:
                await _gather(listener)
            elif not await self._may_be_behind(user):
                if clock() > rejoin_at:
                    await listener.join()
                    rejoin_at = clock() + REJOIN
                continue
            self.doubted = False
            self._version, self.latest = await in_database(_read, user)
            self.number += 1
            await self._wake()
            await asyncio.sleep(PAUSE)

    async def _may_be_behind(self, user: "User") -> bool:
        try:
            return self.doubted or await in_database(list_version, user.pk) != self._version
        except DatabaseError:
            return False  # the database is away: the next look will tell

    async def _wake(self) -> None:
        async with self.drawn:
            self.drawn.notify_all()


async def _gather(listener: Listener) -> None:
    """Takes in what else is said within ``DELAY``: several changes of one moment make one drawing."""
    clock = asyncio.get_running_loop().time
    until = clock() + DELAY
    while await listener.next(until - clock()) is not None:
        pass


def _read(user: "User") -> tuple[int, SharedList]:
    """The list with its version, read first: a change in between is drawn twice rather than never."""
    version = list_version(user.pk)
    sidebar = sidebar_for(user)
    html = render_to_string("chat/_conversation_list.html", {"sidebar": sidebar})
    rows = [*sidebar.pinned, *(row for _label, group in sidebar.groups for row in group)]
    shared = SharedList(sidebar, partial("#sidebar-list", "innerMorph", html), {row.id: row for row in rows})
    return version, shared


def _may_be_stale(user: "User", since: datetime, version: int | None) -> bool:
    """Whether the list may have changed since a page was drawn, by its version if the page has one."""
    if version is not None:
        return list_version(user.pk) != version
    if timezone.now() - since > ABSENCE:
        return True
    from_then = since - OVERLAP
    changed = Q(pinned_at__gte=from_then) | Q(archived_at__gte=from_then)
    changed |= Q(conversation__updated_at__gte=from_then) | Q(conversation__last_message_at__gte=from_then)
    return Membership.objects.filter(changed, participant__user=user).exists()


_feeds: dict[tuple[UUID, str | None, str], _Feed] = {}


async def follow_list(
    user: "User", since: datetime | None, version: int | None = None
) -> AsyncGenerator[SharedList, None]:
    """Yields the list whenever it has changed, in the caller's language and time zone; never ends.

    ``since`` is when the caller's page was drawn, ``version`` that of the list it shows. What changed between
    then and now was told to nobody there: the page that starts a conversation leaves its socket behind just
    before its list is drawn.
    """
    key = (user.pk, translation.get_language(), timezone.get_current_timezone_name())
    feed = _feeds.get(key)
    if feed is None or feed.task.done():
        feed = _feeds[key] = _Feed(user)
    feed.followers += 1
    seen = feed.number
    try:
        await feed.joined.wait()
        if since is not None and await in_database(_may_be_stale, user, since, version):
            feed.doubted = True
            await tell_list(user.pk)
        while True:
            async with feed.drawn:
                while feed.number == seen and not feed.task.done():
                    await feed.drawn.wait()
            if feed.number == seen or feed.latest is None:
                feed.task.result()  # raises what ended it
                return
            seen = feed.number
            yield feed.latest
    finally:
        feed.followers -= 1
        if not feed.followers:
            feed.task.cancel()
            if _feeds.get(key) is feed:
                del _feeds[key]
