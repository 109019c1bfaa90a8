"""The socket of a page: what changes in the conversation it shows, and in the person's list, as fragments.

It takes nothing in: commands go by HTTP. Each answer under way has a task that follows its run.
"""

import asyncio
import itertools
from contextlib import aclosing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs
from uuid import UUID

from agents.database import in_database
from agents.eventlog import follow, read
from chat import live
from chat.errors import NotFound
from chat.fragments import LiveAnswer
from chat.groups import conversation_group
from chat.shared_list import follow_list
from chat.sockets import NOT_FOUND, PersonSocket

if TYPE_CHECKING:
    from accounts.models import User

#: Digits of a cursor: microseconds, with room to spare.
MAX_CURSOR = 20


class PageConsumer(PersonSocket):
    """``/ws/page/?conversation=<id>&cursor=<µs since 1970>``; both may be absent."""

    async def connect(self) -> None:
        self._joined: list[str] = []
        await super().connect()

    async def opened(self, user: "User") -> None:
        self._numbers = itertools.count()
        self._followed: set[UUID] = set()  # the answers that have begun, which a task draws to their end
        self._drawing = asyncio.Lock()  # what is drawn from the database is sent in the order it was read
        try:
            conversation_id, since = _parameters(self.scope["query_string"])
            self.page = live.Page(user, conversation_id)
            await in_database(self.page.check)
        except (ValueError, OverflowError, NotFound):
            return await self.refuse(NOT_FOUND)
        await self.accept()
        self.start("list", self._send_list(since))
        if conversation_id is not None:
            await self._join(conversation_group(conversation_id))
            self.start("changes", self._send_changes(since))
        return None

    async def _join(self, group: str) -> None:
        await self.channel_layer.group_add(group, self.channel_name)
        self._joined.append(group)

    async def disconnect(self, code: int) -> None:
        await super().disconnect(code)
        for group in self._joined:
            await self.channel_layer.group_discard(group, self.channel_name)

    async def messages_changed(self, event: dict[str, Any]) -> None:
        told = {UUID(pk) for pk in event["ids"]}
        ids = told - self._followed
        if ids or not told:  # told of nothing, it looks whether the conversation is still there
            self.start(f"messages {next(self._numbers)}", self._send_messages(sorted(ids)))

    async def _send_changes(self, since: datetime | None) -> None:
        """What the page may have missed between its rendering and now, and what is under way."""
        async with self._drawing:
            changes = await in_database(self.page.changes, since)
            await self.send_frame(changes.frame)
        self._follow(changes.running)

    async def _send_messages(self, message_ids: list[UUID]) -> None:
        async with self._drawing:
            changes = await in_database(self.page.messages, message_ids)
            await self.send_frame(changes.frame)
        self._follow(changes.running)

    async def _send_list(self, since: datetime | None) -> None:
        async with aclosing(follow_list(self.page.user, since)) as lists:
            async for shared in lists:
                for frame in shared.for_page(self.page.conversation_id):
                    await self.send_frame(frame)

    def _follow(self, running: list[live.Running]) -> None:
        for one in running:
            if not self.under_way(f"run {one.run_id}"):
                self.start(f"run {one.run_id}", self._send_run(one))

    async def _send_run(self, running: live.Running) -> None:
        """Draws the answer as it stands, then everything that comes, then the settled message."""
        try:
            await self._send_events(running)
        finally:
            self._followed.discard(running.message_id)  # before it is read: what changes later is drawn again
        async with self._drawing:
            await self.send_frame(await in_database(self.page.settled, running.message_id))

    async def _send_events(self, running: live.Running) -> None:
        earlier = await in_database(read, running.run_id)
        answer = LiveAnswer(running.message_id)
        answer.catch_up(earlier)
        view = await in_database(self.page.answer, running.message_id)
        if view is None:
            return
        await self.send_frame(answer.whole(view))
        if earlier:
            self._followed.add(running.message_id)
        async for events in follow(running.run_id, earlier[-1].seq if earlier else 0):
            # Not before: one that waits may be dropped, and then nothing comes that would draw it.
            self._followed.add(running.message_id)
            frame = answer.frame(events)
            await self.send_frame(answer.whole(view) if events[0].type == "start" else frame)


def _parameters(query: bytes) -> tuple[UUID | None, datetime | None]:
    """Raises ValueError or OverflowError for what no page of ours asks for."""
    given = parse_qs(query.decode("ascii"), max_num_fields=10)
    conversation = given.get("conversation", [""])[0]
    cursor = given.get("cursor", [""])[0]
    if len(cursor) > MAX_CURSOR:
        raise ValueError("cursor")
    since = datetime.fromtimestamp(int(cursor) / 1_000_000, UTC) if cursor else None
    return UUID(conversation) if conversation else None, since
