"""The socket of a page: what changes in the conversation it shows, and in the person's list, as fragments.

It takes nothing in: commands go by HTTP. Each answer under way has a task that follows its run; a handler
only starts work, because a consumer handles one message at a time.
"""

import asyncio
import itertools
import logging
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs
from uuid import UUID

from channels.generic.websocket import AsyncWebsocketConsumer
from django.http import parse_cookie
from django.utils import timezone, translation

from accounts.preferences import ZONE_COOKIE, language_for, zone_for
from accounts.sockets import caller_of, origin_allowed, user_for
from agents.database import in_database
from agents.eventlog import follow, read
from chat import live
from chat.errors import NotFound
from chat.fragments import LiveAnswer
from chat.groups import conversation_group, user_group

if TYPE_CHECKING:
    from accounts.models import User

logger = logging.getLogger(__name__)

#: Close codes of ours.
NOT_SIGNED_IN, WRONG_ORIGIN, NOT_FOUND, BROKEN = 4401, 4403, 4404, 4500
#: Digits of a cursor: microseconds, with room to spare.
MAX_CURSOR = 20


class PageConsumer(AsyncWebsocketConsumer):
    """``/ws/page/?conversation=<id>&cursor=<µs since 1970>``; both may be absent."""

    async def connect(self) -> None:
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._joined: list[str] = []
        self._numbers = itertools.count()
        self._drawing = asyncio.Lock()  # what is drawn from the database is sent in the order it was read
        self._list_stale = False
        if not origin_allowed(self.scope):
            return await self._refuse(WRONG_ORIGIN)
        user = await user_for(self.scope)
        if user is None:
            return await self._refuse(NOT_SIGNED_IN)
        try:
            conversation_id, since = _parameters(self.scope["query_string"])
            self.page = live.Page(user, conversation_id)
            await in_database(self.page.check)
        except (ValueError, OverflowError, NotFound):
            return await self._refuse(NOT_FOUND)
        await self.accept()
        self._speak_as(user)
        await self._join(user_group(user.pk))
        if conversation_id is not None:
            await self._join(conversation_group(conversation_id))
            self._start("changes", self._send_changes(since))
        return None

    async def _refuse(self, code: int) -> None:
        """Accepts first: a browser is not told the code of a handshake that fails."""
        await self.accept()
        await self.close(code)

    def _speak_as(self, user: "User") -> None:
        """The language and time zone of every fragment this socket sends."""
        headers = caller_of(self.scope).headers
        translation.activate(language_for(user, headers.get("accept-language", "")))
        timezone.activate(zone_for(user, parse_cookie(headers.get("cookie", "")).get(ZONE_COOKIE, "")))

    async def _join(self, group: str) -> None:
        await self.channel_layer.group_add(group, self.channel_name)
        self._joined.append(group)

    async def disconnect(self, code: int) -> None:
        for task in self._tasks.values():
            task.cancel()
        for group in self._joined:
            await self.channel_layer.group_discard(group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Nothing is taken in here; what a client says is dropped."""

    async def messages_changed(self, event: dict[str, Any]) -> None:
        ids = [UUID(pk) for pk in event["ids"]]
        self._start(f"messages {next(self._numbers)}", self._send_messages(ids))

    async def list_changed(self, event: dict[str, Any]) -> None:
        self._list_stale = True
        if "list" not in self._tasks:
            self._start("list", self._send_list())

    def _start(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        """Runs the work as a task of this socket, which ends with it."""
        self._tasks[name] = asyncio.create_task(self._guarded(name, work), name=name)

    async def _guarded(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except NotFound:
            await self.close(NOT_FOUND)
        except Exception:
            # The border of the socket: closed with a code that makes the page come back and ask anew.
            logger.exception("socket task %s broke", name)
            await self.close(BROKEN)
        finally:
            self._tasks.pop(name, None)

    async def _send_changes(self, since: datetime | None) -> None:
        """What the page may have missed between its rendering and now, and what is under way."""
        async with self._drawing:
            changes = await in_database(self.page.changes, since)
            await self._send_frame(changes.frame)
        self._follow(changes.running)

    async def _send_messages(self, message_ids: list[UUID]) -> None:
        async with self._drawing:
            changes = await in_database(self.page.messages, message_ids)
            await self._send_frame(changes.frame)
        self._follow(changes.running)

    async def _send_list(self) -> None:
        while self._list_stale:
            await asyncio.sleep(live.LIST_DELAY)  # several changes of one moment make one drawing
            self._list_stale = False
            await self._send_frame(await in_database(self.page.sidebar))

    async def _send_frame(self, frame: str) -> None:
        if frame:
            await self.send(frame)

    def _follow(self, running: list[live.Running]) -> None:
        for one in running:
            if f"run {one.run_id}" not in self._tasks:
                self._start(f"run {one.run_id}", self._send_run(one))

    async def _send_run(self, running: live.Running) -> None:
        """Draws the answer as it stands, then everything that comes, then the settled message."""
        earlier = await in_database(read, running.run_id)
        answer = LiveAnswer(running.message_id)
        answer.catch_up(earlier)
        await self._send_frame(await in_database(self.page.answer, running.message_id, answer.fold))
        async for events in follow(running.run_id, earlier[-1].seq if earlier else 0):
            frame = answer.frame(events)
            if events[0].type == "start":
                frame = await in_database(self.page.answer, running.message_id, answer.fold)
            await self._send_frame(frame)
        async with self._drawing:
            await self._send_frame(await in_database(self.page.settled, running.message_id))


def _parameters(query: bytes) -> tuple[UUID | None, datetime | None]:
    """Raises ValueError or OverflowError for what no page of ours asks for."""
    given = parse_qs(query.decode("ascii"), max_num_fields=10)
    conversation = given.get("conversation", [""])[0]
    cursor = given.get("cursor", [""])[0]
    if len(cursor) > MAX_CURSOR:
        raise ValueError("cursor")
    since = datetime.fromtimestamp(int(cursor) / 1_000_000, UTC) if cursor else None
    return UUID(conversation) if conversation else None, since
