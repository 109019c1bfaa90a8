"""Whether the house is well, for programs that watch it: ``GET /api/health``."""

import asyncio
import logging

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from agents.providers.registry import is_configured
from agents.selectors import last_runs_failed, waiting_runs
from chat import dispatch
from config import __version__
from config.looks import Look

logger = logging.getLogger(__name__)

#: Seconds that each has to answer.
PATIENCE = 2
#: Seconds in which a worker takes over what another left (agents/leases.py, chat/house.py).
TAKEN_WITHIN = 30


@login_not_required
@require_safe
def health(_request: HttpRequest) -> JsonResponse:
    """200 when everything a page needs works, else 503; no detail of a failure leaves the log."""
    database = _database()
    layer = _channel_layer()
    queue = _queue() if database == "ok" else "error"  # turns wait in the database
    well = database == layer == queue == "ok"
    body = {
        "status": "ok" if well else "error",
        "version": __version__,
        "database": database,
        "channel_layer": layer,
        "queue": queue,
        "openai": _model() if database == "ok" else "error",
    }
    return JsonResponse(body, status=200 if well else 503)


def _database() -> str:
    """By a connection of its own: one that hangs must not hold up whoever asks."""
    try:
        _asked_database.within(PATIENCE)
    except (DatabaseError, TimeoutError):
        logger.exception("health: the database does not answer")
        return "error"
    return "ok"


def _ask_database() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.close()


_asked_database = Look(_ask_database)


def _queue() -> str:
    """Down where somebody waits for an answer, and no worker lives to make it.

    No worker alone is no reason to be taken out of service: what is asked now waits, and is answered later.
    """
    if dispatch.live_workers() != 0 or waiting_runs().oldest_seconds < TAKEN_WITHIN:
        return "ok"
    logger.error("health: answers wait in the queue, and no worker lives")
    return "error"


def _model() -> str:
    """By how the last real runs ended: asking the provider each time would cost money, and time."""
    if not is_configured():
        return "offline"
    return "error" if last_runs_failed() else "configured"


def _channel_layer() -> str:
    if not settings.REDIS_URL:
        return "ok"  # a part of this process
    try:
        async_to_sync(_send_to_nobody)()
    except _unreachable():
        logger.exception("health: the channel layer does not answer")
        return "error"
    return "ok"


async def _send_to_nobody() -> None:
    async with asyncio.timeout(PATIENCE):
        await get_channel_layer().group_send("health", {"type": "health"})


def _unreachable() -> tuple[type[Exception], ...]:
    """What a silent Redis makes the layer raise; its client is installed where ``REDIS_URL`` is set."""
    from redis.exceptions import RedisError

    return OSError, TimeoutError, RedisError
