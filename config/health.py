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
from config import __version__

logger = logging.getLogger(__name__)

#: Seconds the channel layer has to take a message.
PATIENCE = 2


@login_not_required
@require_safe
def health(_request: HttpRequest) -> JsonResponse:
    """200 when everything a page needs works, else 503; no detail of a failure leaves the log."""
    database = _database()
    layer = _channel_layer()
    well = database == layer == "ok"
    body = {
        "status": "ok" if well else "error",
        "version": __version__,
        "database": database,
        "channel_layer": layer,
        "queue": "ok" if database == "ok" else "error",  # turns wait in the database
        "openai": "configured" if is_configured() else "offline",
    }
    return JsonResponse(body, status=200 if well else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        logger.exception("health: the database does not answer")
        return "error"
    return "ok"


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
