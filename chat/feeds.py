"""What a person is told wherever they are, once for all the sockets they have open here.

Everything of one person comes by one group, so that a socket hears of conversations it has never named.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from agents.pushes import REJOIN, Listener
from chat.groups import feed_group

News = dict[str, Any]
#: Called in the event loop with what came. It must neither wait nor change it.
Hearer = Callable[[News], None]


class _Feed:
    """Hears for one person while one of their sockets is open here."""

    def __init__(self, user_id: UUID) -> None:
        self.hearers: set[Hearer] = set()
        self.task = asyncio.create_task(self._run(user_id), name=f"feed {user_id}")

    async def _run(self, user_id: UUID) -> None:
        async with Listener(feed_group(user_id)) as listener:
            while True:
                event = await listener.next(REJOIN)
                if event is None:
                    await listener.join()
                else:
                    for hearer in list(self.hearers):
                        hearer(event["news"])


_feeds: dict[UUID, _Feed] = {}


@contextmanager
def heard_by(user_id: UUID, hearer: Hearer) -> Iterator[None]:
    """While the block lasts the hearer is called with what the person is told."""
    feed = _feeds.get(user_id)
    if feed is None or feed.task.done():
        feed = _feeds[user_id] = _Feed(user_id)
    feed.hearers.add(hearer)
    try:
        yield
    finally:
        feed.hearers.discard(hearer)
        if not feed.hearers:
            feed.task.cancel()
            if _feeds.get(user_id) is feed:
                del _feeds[user_id]
