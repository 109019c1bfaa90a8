"""The socket of a page: what changes in the conversation it shows, and in the person's list, as fragments.

It takes nothing in: commands go by HTTP. Each answer under way has a task that follows its run.
"""

import asyncio
import itertools
from contextlib import aclosing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qs
from uuid import UUID

from django.utils import timezone

from agents.database import in_database
from agents.engine.events import File
from agents.eventlog import follow
from agents.pushes import REJOIN, Listener
from chat import live
from chat.doubts import LATELY, Changed, changed_lately
from chat.errors import NotFound
from chat.fragments import placed
from chat.groups import conversation_group
from chat.shared_list import follow_list
from chat.sockets import NOT_FOUND, PersonSocket

if TYPE_CHECKING:
    from accounts.models import User

#: Digits of a cursor: microseconds, with room to spare.
MAX_CURSOR = 20
#: Characters of one frame; a client that has two of them to take yet is dropped as too slow.
MOST_CHARS = 1_000_000


class PageConsumer(PersonSocket):
    """``/ws/page/?conversation=<id>&cursor=<µs since 1970>&list=<version>``; each may be absent."""

    async def opened(self, user: "User") -> None:
        self._numbers = itertools.count()
        self._runs: set[UUID] = set()  # those that a task follows to their end
        self._followed: set[UUID] = set()  # their answers, once they have begun
        self._seen: Changed = {}  # of which moment the messages are that this page has
        self._drawing = asyncio.Lock()  # what is drawn from the database is sent in the order it was read
        try:
            conversation_id, since, list_version = _drawn(self.scope["query_string"])
            self.page = live.Page(user, conversation_id)
            await in_database(self.page.check)
        except (ValueError, OverflowError, NotFound):
            return await self.refuse(NOT_FOUND)
        await self.accept()
        self.start("list", self._send_list(since, list_version))
        if conversation_id is not None:
            self.start("pushes", self._send_changes(conversation_id, since))
            self.start("doubts", self._send_missed(conversation_id))
        return None

    async def _send_changes(self, conversation_id: UUID, since: datetime | None) -> None:
        """What the page may have missed between its rendering and now, what is under way, and what comes."""
        async with Listener(conversation_group(conversation_id)) as listener:
            async with self._drawing:
                await self._send(await in_database(self.page.changes, since))
            while True:
                event = await listener.next(REJOIN)
                if event is None:
                    await listener.join()
                else:
                    self._told(event)

    def _told(self, event: dict[str, Any]) -> None:
        told = {UUID(pk) for pk in event["ids"]}
        ids = told - self._followed
        if ids or not told:  # told of nothing, it looks whether the conversation is still there
            self.start(f"messages {next(self._numbers)}", self._send_messages(sorted(ids)))

    async def _send_messages(self, message_ids: list[UUID], *, over: UUID | None = None) -> None:
        """``over`` is a run that has come to its end: its answer is drawn as it was stored."""
        async with self._drawing:
            followed = frozenset(self._runs - {over})
            await self._send(await in_database(self.page.messages, message_ids, followed=followed))

    async def _send(self, changes: live.Changes) -> None:
        await self.send_frame(changes.frame)
        self._seen |= changes.seen
        for one in changes.running:
            if one.run_id not in self._runs:
                self._runs.add(one.run_id)
                self.start(f"run {one.run_id}", self._send_run(one))

    async def _send_missed(self, conversation_id: UUID) -> None:
        """What changed and was told to nobody here, or the end when the person is a member no longer."""
        async with aclosing(changed_lately(conversation_id, self.page.user.pk)) as looks:
            async for changed in looks:
                missed = [pk for pk, at in changed.items() if pk not in self._seen or self._seen[pk] < at]
                missed = [pk for pk in missed if pk not in self._followed]
                if missed:
                    await self._send_messages(sorted(missed))
                oldest = timezone.now() - 2 * LATELY
                self._seen = {pk: at for pk, at in self._seen.items() if at > oldest}

    async def _send_list(self, since: datetime | None, list_version: int | None) -> None:
        async with aclosing(follow_list(self.page.user, since, list_version)) as lists:
            async for shared in lists:
                for frame in shared.for_page(self.page.conversation_id):
                    await self.send_frame(frame)

    async def send_frame(self, frame: str) -> None:
        """More than a socket takes at once is better loaded again as a page."""
        await super().send_frame(frame if len(frame) <= MOST_CHARS else live.resync())

    async def _send_run(self, running: live.Running) -> None:
        """Everything that comes after what was drawn, then the settled message."""
        try:
            await self._send_events(running)
            self._followed.discard(running.view.id)  # before it is read: what changes later is drawn again
            # It may have been put aside or gone on with meanwhile: then it is taken away, or followed anew.
            await self._send_messages([running.view.id], over=running.run_id)
        finally:
            self._followed.discard(running.view.id)
            self._runs.discard(running.run_id)

    async def _send_events(self, running: live.Running) -> None:
        answer = running.answer
        if running.seq:
            self._followed.add(running.view.id)
        async for events in follow(running.run_id, running.seq):
            # Not before: one that waits may be dropped, and then nothing comes that would draw it.
            self._followed.add(running.view.id)
            frame = answer.frame(events)
            if events[0].type == "start":
                frame = placed([answer.view(running.view)])
            await self.send_frame(frame)
            if any(event.type == File.type for event in events):
                await self._send_file_count()

    async def _send_file_count(self) -> None:
        async with self._drawing:
            await self.send_frame(await in_database(self.page.file_count))


class Drawn(NamedTuple):
    """What a page says of itself: what it shows, when that was drawn, and the version of its list."""

    conversation_id: UUID | None
    since: datetime | None
    list_version: int | None


def _drawn(query: bytes) -> Drawn:
    """Raises ValueError or OverflowError for what no page of ours asks for."""
    given = parse_qs(query.decode("ascii"), max_num_fields=10)
    conversation, cursor, version = (given.get(name, [""])[0] for name in ("conversation", "cursor", "list"))
    if max(len(cursor), len(version)) > MAX_CURSOR:
        raise ValueError("too many digits")
    return Drawn(
        UUID(conversation) if conversation else None,
        datetime.fromtimestamp(int(cursor) / 1_000_000, UTC) if cursor else None,
        int(version) if version else None,
    )
