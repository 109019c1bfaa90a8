"""Pushes over the channel layer: hints that there is more to read, never the only truth."""

import asyncio
import logging
from typing import Any, Self

from channels.layers import get_channel_layer

logger = logging.getLogger(__name__)


async def push(group: str, message: dict[str, Any]) -> None:
    """Sends the message to the group; where that fails says so in the log, and nothing else fails with it.

    What the push speaks of is committed by now: an error here must not undo or stop what follows it.
    """
    try:
        await get_channel_layer().group_send(group, message)
    except Exception:
        logger.warning("a push to %s was lost", group, exc_info=True)


class Listener:
    """``async with Listener(group) as listener``: what is pushed to the group while the block lasts.

    A wait that ends without a push leaves the receiving under way: the layer over Redis takes a cancelled
    one for the end of the channel.
    """

    def __init__(self, group: str) -> None:
        self._group = group
        self._layer: Any = get_channel_layer()
        self._channel = ""
        self._receiving: asyncio.Future[dict[str, Any]] | None = None

    async def __aenter__(self) -> Self:
        self._channel = await self._layer.new_channel()
        await self.join()
        return self

    async def join(self) -> None:
        """Joins the group again: the layer forgets a member after a day."""
        await self._layer.group_add(self._group, self._channel)

    async def next(self, seconds: float) -> dict[str, Any] | None:
        """The next push, or None when none has come within so many seconds."""
        if self._receiving is None:
            self._receiving = asyncio.ensure_future(self._layer.receive(self._channel))
        done, _waiting = await asyncio.wait({self._receiving}, timeout=seconds)
        if not done:
            return None
        received, self._receiving = self._receiving, None
        return received.result()

    async def __aexit__(self, *_error: object) -> None:
        await self._layer.group_discard(self._group, self._channel)
        if self._receiving is not None:
            self._receiving.cancel()
            await asyncio.gather(self._receiving, return_exceptions=True)
