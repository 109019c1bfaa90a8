"""Pushes over the channel layer: hints that there is more to read, never the only truth."""

import logging
from typing import Any

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
