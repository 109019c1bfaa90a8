"""Pushes within one process, where there is no Redis."""

import asyncio
import time
from typing import Any

from channels.layers import InMemoryChannelLayer


class InProcessLayer(InMemoryChannelLayer):
    """Channels' layer in memory, without what makes a push cost more the more pages are open.

    As it comes, each message looks through every channel and group for what has expired, and is copied and
    handed to a task for each member of its group.
    """

    #: Seconds between two looks for what has expired.
    LOOK_EVERY = 5.0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._looked_at = 0.0

    def _clean_expired(self) -> None:
        now = time.monotonic()
        if now - self._looked_at >= self.LOOK_EVERY:
            self._looked_at = now
            super()._clean_expired()

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Every member gets the same object: nobody may change a message. One that is full gets none."""
        self.require_valid_group_name(group)
        self._clean_expired()
        expires = time.time() + self.expiry
        for channel in self.groups.get(group, ()):
            queue = self.channels.setdefault(channel, asyncio.Queue(self.get_capacity(channel)))
            if not queue.full():
                queue.put_nowait((expires, message))
