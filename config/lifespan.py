"""What happens when the house opens and closes, under ``manage.py serve`` and any other ASGI server."""

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from config import lock, tracing
from config.pages import Receive, Scope, Send

if TYPE_CHECKING:
    from agents.knowledge.indexer import Indexer
    from webhooks.courier import Courier

logger = logging.getLogger(__name__)

#: Seconds the runs under way have to hand over what they hold.
CLOSING_TIME = 10


#: Brings the webhooks of this process, while it serves.
_courier: "Courier | None" = None
#: Reads documents, as long.
_indexer: "Indexer | None" = None


async def start() -> None:
    """Takes up the runs an earlier process left; needs the running loop that will serve."""
    from agents.knowledge.indexer import Indexer
    from chat import dispatch
    from webhooks.courier import Courier

    tracing.start()
    lock.acquire()
    await dispatch.start()
    global _courier, _indexer
    _courier = Courier()
    _indexer = Indexer()


async def stop() -> None:
    """Hands the runs over; gives up after ``CLOSING_TIME``, because the next process can do it too."""
    from chat import dispatch
    from children.pool import close_all
    from voice import readings
    from voice.speech import registry

    try:
        async with asyncio.timeout(CLOSING_TIME):
            if _courier is not None:
                await _courier.close()
            if _indexer is not None:
                await _indexer.close()
            await readings.close()
            await dispatch.stop()
            await registry.aclose()
            await asyncio.to_thread(close_all)
            await tracing.stop()
    except TimeoutError:
        logger.warning(
            "the runs under way did not close within %d s; the next start takes them up", CLOSING_TIME
        )


class Lifespan:
    """Wraps an ASGI application and answers the ``lifespan`` protocol for it."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await self._app(scope, receive, send)
            return
        await receive()
        try:
            await start()
        except Exception as problem:
            logger.exception("start-up failed")
            await send({"type": "lifespan.startup.failed", "message": str(problem)})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await stop()
        await send({"type": "lifespan.shutdown.complete"})
