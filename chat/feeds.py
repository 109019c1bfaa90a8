"""What happens in a person's conversations, read once for all the sockets they have open here.

Everything of one person comes by one group, so that a socket hears of conversations it has never named. A
push is a hint: the rows are read for the person, who is told only of what they may see at that moment. What
was pushed and lost is found by the version of the person's list, compared for all together now and then.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.utils import timezone

from agents.database import in_database
from agents.pushes import REJOIN, Listener
from chat.groups import feed_group
from chat.models import Message, Participant
from chat.people_told import Told, conversation_told, message_told
from chat.selectors import shown_messages
from chat.services.answers import LIVE

logger = logging.getLogger(__name__)

#: Seconds between two looks for lost pushes, and how far back one goes.
LOOK_EVERY = 5.0
LATELY = timedelta(seconds=30)
#: Conversations in which nobody has said anything for so long have nothing new; answers take less.
QUIET = timedelta(hours=1)
#: People in one query; databases bound how many values a statement may have.
MOST_PEOPLE = 500

News = dict[str, Any]
#: Called in the event loop with what came. It must neither wait nor change it.
Hearer = Callable[[News], None]


class Feed:
    """Hears for one person while one of their sockets is open here."""

    def __init__(self, user_id: UUID) -> None:
        self.user_id = user_id
        self.hearers: set[Hearer] = set()
        self.version: int | None = None
        self._opened_at = timezone.now()
        self._seen: dict[UUID, datetime] = {}  # of which moment each message is that was told lately
        self._reading = asyncio.Lock()
        self.task = asyncio.create_task(self._run(), name=f"feed {user_id}")

    async def _run(self) -> None:
        async with Listener(feed_group(self.user_id)) as listener:
            while True:
                event = await listener.next(REJOIN)
                if event is None:
                    await listener.join()
                    continue
                try:
                    await self._pass_on(event["news"])
                except Exception:
                    logger.exception("news of a person could not be read; a look will find them")

    async def _pass_on(self, news: News) -> None:
        conversation_id = UUID(news["conversation_id"])
        match news["kind"]:
            case "messages":
                await self._tell_messages({conversation_id: [UUID(pk) for pk in news["ids"]]})
            case "conversation":
                told = await in_database(conversation_told, self.user_id, conversation_id)
                self._tell(news | {"conversation": told})
            case _:
                self._tell(news)

    async def look(self) -> None:
        """Tells of the messages that changed lately and were told to nobody here."""
        since = max(timezone.now() - LATELY, self._opened_at)
        await self._tell_messages(await in_database(_changed_since, self.user_id, since))

    async def _tell_messages(self, ids: dict[UUID, list[UUID]]) -> None:
        async with self._reading:
            for conversation_id, changed in ids.items():
                for message, told in await in_database(_read, self.user_id, conversation_id, changed):
                    if self._seen.get(message.pk) == message.updated_at:
                        continue
                    self._seen[message.pk] = message.updated_at
                    kind = "live" if message.status in LIVE and message.run_id else "received"
                    self._tell(
                        {
                            "kind": kind,
                            "conversation_id": str(conversation_id),
                            "conversation_kind": message.conversation.kind,
                            "message": told,
                            "run_id": message.run_id,
                        }
                    )
            oldest = timezone.now() - 2 * LATELY
            self._seen = {pk: at for pk, at in self._seen.items() if at > oldest}

    def _tell(self, news: News) -> None:
        for hearer in list(self.hearers):
            hearer(news)


def _read(user_id: UUID, conversation_id: UUID, ids: list[UUID]) -> list[tuple[Message, Told]]:
    """Those of the messages that the person may see, oldest first."""
    theirs = shown_messages(conversation_id).filter(
        pk__in=ids, conversation__memberships__participant__user=user_id
    )
    return [(one, message_told(one)) for one in theirs.order_by("id")]


def _changed_since(user_id: UUID, since: datetime) -> dict[UUID, list[UUID]]:
    changed: defaultdict[UUID, list[UUID]] = defaultdict(list)
    found = Message.objects.filter(
        conversation__memberships__participant__user=user_id,
        conversation__last_message_at__gte=since - QUIET,
        updated_at__gte=since,
    )
    for conversation_id, pk in found.order_by("id").values_list("conversation_id", "id"):
        changed[conversation_id].append(pk)
    return changed


class _Watch:
    """Looks after the feeds of one event loop, while there are any."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.feeds: dict[UUID, Feed] = {}
        self.task = self.loop.create_task(self._run(), name="feeds")

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                versions = await in_database(_versions, list(self.feeds))
                for user_id, version in versions.items():
                    feed = self.feeds.get(user_id)
                    if feed is not None and feed.version != version:
                        feed.version = version
                        await feed.look()
            except Exception:
                logger.exception("looking for news that were lost failed; trying again")


def _versions(people: list[UUID]) -> dict[UUID, int]:
    versions: dict[UUID, int] = {}
    rest = iter(people)
    while portion := list(islice(rest, MOST_PEOPLE)):
        found = Participant.objects.filter(user__in=portion).values_list("user_id", "list_version")
        versions.update({user_id: version for user_id, version in found if user_id})
        versions.update(dict.fromkeys(set(portion) - versions.keys(), 0))
    return versions


_watch: _Watch | None = None


@contextmanager
def heard_by(user_id: UUID, hearer: Hearer) -> Iterator[Feed]:
    """While the block lasts the hearer is called with what the person is told."""
    global _watch
    if _watch is None or _watch.task.done() or _watch.loop is not asyncio.get_running_loop():
        _watch = _Watch()
    watch = _watch
    feed = watch.feeds.get(user_id)
    if feed is None or feed.task.done():
        feed = watch.feeds[user_id] = Feed(user_id)
    feed.hearers.add(hearer)
    try:
        yield feed
    finally:
        feed.hearers.discard(hearer)
        if not feed.hearers:
            feed.task.cancel()
            if watch.feeds.get(user_id) is feed:
                del watch.feeds[user_id]
            if not watch.feeds:
                watch.task.cancel()
