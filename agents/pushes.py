"""Pushes over the channel layer: hints that there is more to read, never the only truth."""

import asyncio
import logging
from contextlib import suppress
from typing import Any, Self
from weakref import WeakKeyDictionary

from channels.layers import get_channel_layer

from agents import metrics

logger = logging.getLogger(__name__)


#: Seconds that a push or a join may take: a layer that hangs must not hold up what it only speaks of.
PATIENCE = 2.0
#: Seconds without pushes after one was lost, and between two tries to join.
PAUSE = 2.0

#: Seconds after which a listener joins its group again; the layer forgets a member after a day.
REJOIN = 3600.0

#: Until when nothing is pushed, by the clock of the loop.
_quiet: WeakKeyDictionary[asyncio.AbstractEventLoop, float] = WeakKeyDictionary()


async def push(group: str, message: dict[str, Any]) -> None:
    """Sends the message to the group; where that fails says so in the log, and nothing else fails with it.

    What the push speaks of is committed by now: an error here must not undo, stop or delay what follows it.
    """
    loop = asyncio.get_running_loop()
    if loop.time() < _quiet.get(loop, 0):
        return
    try:
        async with asyncio.timeout(PATIENCE):
            await get_channel_layer().group_send(group, message)
    except Exception as problem:  # noqa: BLE001 (whatever it is, the log has what was to be told)
        _quiet[loop] = loop.time() + PAUSE
        metrics.pushes_lost.inc()
        logger.warning("a push to %s was lost (%r); none for %g s", group, problem, PAUSE)


class Listener:
    """``async with Listener(group) as listener``: what is pushed to the group while the block lasts.

    Where the layer is away it hears nothing, and tries to join again. A wait that ends without a push leaves
    the receiving under way: the layer over Redis takes a cancelled one for the end of the channel.
    """

    def __init__(self, group: str) -> None:
        self._group = group
        self._layer: Any = get_channel_layer()
        self._channel = ""
        self._joined = False
        self._receiving: asyncio.Future[dict[str, Any]] | None = None

    async def __aenter__(self) -> Self:
        await self.join()
        return self

    async def join(self) -> None:
        """Joins the group, or again: the layer forgets a member after a day."""
        self._joined = False
        try:
            async with asyncio.timeout(PATIENCE):
                self._channel = self._channel or await self._layer.new_channel()
                await self._layer.group_add(self._group, self._channel)
            self._joined = True
        except Exception as problem:  # noqa: BLE001 (whatever it is, the log has what was to be told)
            logger.warning("%s cannot be listened to (%r); trying again", self._group, problem)

    async def next(self, seconds: float) -> dict[str, Any] | None:
        """The next push, or None when none has come within so many seconds, or may have been missed."""
        if not self._joined:
            await asyncio.sleep(min(seconds, PAUSE))
            await self.join()
            return None
        if self._receiving is None:
            self._receiving = asyncio.ensure_future(self._layer.receive(self._channel))
        done, _waiting = await asyncio.wait({self._receiving}, timeout=seconds)
        if not done:
            return None
        received, self._receiving = self._receiving, None
        return received.result()

    async def __aexit__(self, *_error: object) -> None:
        with suppress(Exception):
            async with asyncio.timeout(PATIENCE):
                await self._layer.group_discard(self._group, self._channel)
        if self._receiving is not None:
            self._receiving.cancel()
            await asyncio.wait({self._receiving}, timeout=PATIENCE)
