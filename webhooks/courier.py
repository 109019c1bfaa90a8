"""Brings what is in the outbox to its addresses: a task of each server and worker.

What a process has taken and not settled when it dies is taken by another half a minute later; so a delivery
can come twice, and never not at all. Its id is the same each time.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import Context
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from agents.database import in_database
from agents.tools.addresses import or_inside
from agents.tools.base import ToolProblem
from agents.tools.net import Bounds, call_service
from webhooks import listeners
from webhooks.services import deliveries
from webhooks.services.deliveries import Outcome, Try
from webhooks.signing import headers_for

logger = logging.getLogger(__name__)

#: Seconds between two looks into the outbox, and where nobody has a webhook.
LOOK, IDLE_LOOK = 1.0, 5.0
#: Seconds between two times at which old deliveries are forgotten.
TIDY = 3600.0
#: Tries under way in one process.
AT_ONCE = 10
#: Characters of what an address says that are kept.
KEPT_OF_ANSWER = 200
BOUNDS = Bounds(total_s=15.0, connect_s=5.0, max_bytes=10_000, max_redirects=0)


class Courier:
    """Runs until it is closed; tries under way are then left to another process."""

    def __init__(self) -> None:
        self._tries: dict[asyncio.Task[None], UUID] = {}
        self._task = asyncio.get_running_loop().create_task(self._run(), name="webhooks", context=Context())

    async def _run(self) -> None:
        tidied = asyncio.get_running_loop().time()
        while True:
            try:
                await in_database(listeners.look)
                if listeners.anybody():
                    await self.look()
                if asyncio.get_running_loop().time() - tidied > TIDY:
                    tidied = asyncio.get_running_loop().time()
                    await in_database(deliveries.forget_old)
            except Exception:
                logger.exception("looking for deliveries failed; trying again")
            await asyncio.sleep(LOOK if listeners.anybody() else IDLE_LOOK)

    async def look(self) -> None:
        """Takes what is due, no more a second than ``WEBHOOK_RATE``, and sets out with it."""
        room = min(settings.WEBHOOK_RATE, AT_ONCE - len(self._tries))
        if room <= 0:
            return
        for tried in await in_database(deliveries.take_due, room, busy=Counter(self._tries.values())):
            task = asyncio.create_task(_bring(tried), name=f"delivery {tried.delivery_id}")
            self._tries[task] = tried.webhook_id
            task.add_done_callback(self._tries.pop)

    async def close(self) -> None:
        tasks = [self._task, *self._tries]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _bring(tried: Try) -> None:
    try:
        outcome = await post(tried)
        await in_database(deliveries.settle, tried, outcome)
    except Exception:
        logger.exception("delivery %s broke; it is tried again", tried.delivery_id)


async def post(tried: Try) -> Outcome:
    """One try. Nothing that an address does is an error of ours."""
    if not tried.secret:
        return Outcome(None, tried.problem)
    body = tried.body.encode()
    now = int(timezone.now().timestamp())
    headers = {
        "User-Agent": "Parley-Webhooks",
        "Content-Type": "application/json",
        **headers_for(tried.secret, message_id=str(tried.delivery_id), timestamp=now, body=body),
    }
    try:
        page = await call_service(
            "POST",
            tried.url,
            headers=headers,
            body=body,
            allowed=or_inside(settings.TOOL_NETWORKS),
            bounds=BOUNDS,
        )
    except ToolProblem as problem:
        return Outcome(None, str(problem))
    said = "" if 200 <= page.status < 300 else page.body.decode("utf-8", "replace")  # noqa: PLR2004
    return Outcome(page.status, said[:KEPT_OF_ANSWER].replace("\x00", ""))


@asynccontextmanager
async def delivering() -> AsyncIterator[None]:
    """For the time of the block this process delivers."""
    courier = Courier()
    try:
        yield
    finally:
        await courier.close()
