"""What open pages may have missed: for every conversation shown here, looked up together now and then.

A push that is lost leaves no trace in the page that should have had it. So while pages are open, each process
asks every ``LOOK_EVERY`` seconds, with two queries for all of them, who may still see what they have open,
and which messages changed lately. A page that has drawn them all is not even woken.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import AsyncGenerator, Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from agents.database import in_database
from chat.errors import NotFound
from chat.models import Membership, Message

logger = logging.getLogger(__name__)

#: Seconds between two looks: a page is stale for no longer, and a removed member is out within 5 s.
LOOK_EVERY = 3.0
#: How far back a look goes: several looks that failed, clocks that differ, transactions that took their time.
LATELY = timedelta(seconds=30)

#: Messages by id, and when each was last changed.
Changed = dict[UUID, datetime]
#: A conversation, and a person who has it open.
Open = tuple[UUID, UUID]


async def changed_lately(conversation_id: UUID, user_id: UUID) -> AsyncGenerator[Changed, None]:
    """Yields what changed in the last ``LATELY``, where anything did, at each look. Raises NotFound.

    A message comes again with each look until it is older: the caller knows what it has drawn.
    """
    global _watch
    if _watch is None or _watch.task.done() or _watch.loop is not asyncio.get_running_loop():
        _watch = _Watch()
    watch, key = _watch, (conversation_id, user_id)
    queue = watch.join(key)
    try:
        while True:
            changed = await queue.get()
            if changed is None:
                raise NotFound
            yield changed
    finally:
        watch.leave(key, queue)


class _Watch:
    """Looks for the pages of one event loop, while there are any."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.task = self.loop.create_task(self._run(), name="doubts")
        self._pages: defaultdict[Open, list[asyncio.Queue[Changed | None]]] = defaultdict(list)

    def join(self, key: Open) -> "asyncio.Queue[Changed | None]":
        queue: asyncio.Queue[Changed | None] = asyncio.Queue()
        self._pages[key].append(queue)
        return queue

    def leave(self, key: Open, queue: "asyncio.Queue[Changed | None]") -> None:
        self._pages[key].remove(queue)
        if not self._pages[key]:
            del self._pages[key]
        if not self._pages:
            self.task.cancel()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            pages = list(self._pages)  # those that come meanwhile are not judged by this look
            try:
                members, changed = await in_database(_look, pages)
            except Exception:
                logger.exception("looking for what pages may have missed failed; trying again")
                continue
            for page in pages:
                self._tell(page, changed.get(page[0]), member=page in members)

    def _tell(self, page: Open, news: Changed | None, *, member: bool) -> None:
        for queue in self._pages.get(page, ()):
            if not member:
                queue.put_nowait(None)
            elif news and queue.empty():  # one that is behind gets the next look's
                queue.put_nowait(news)


_watch: _Watch | None = None


def _look(pages: Collection[Open]) -> tuple[set[Open], dict[UUID, Changed]]:
    """Those of the pages whose person is still a member, and what changed lately by conversation."""
    conversations, people = {one for one, _user in pages}, {user for _one, user in pages}
    members = Membership.objects.filter(conversation__in=conversations, participant__user__in=people)
    changed: defaultdict[UUID, Changed] = defaultdict(dict)
    lately = Message.objects.filter(
        conversation__in=conversations, updated_at__gte=timezone.now() - LATELY
    ).values_list("conversation_id", "id", "updated_at")
    for conversation_id, message_id, at in lately:
        changed[conversation_id][message_id] = at
    return set(members.values_list("conversation_id", "participant__user_id")), changed
