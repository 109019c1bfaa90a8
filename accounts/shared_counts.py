"""Counts that several processes share in Redis, where ``REDIS_URL`` names one. Away, they are nought."""

import logging
import time
from functools import cache
from typing import Any

from django.conf import settings

logger = logging.getLogger(__name__)

#: Seconds that Redis has to answer: a caller waits for it.
PATIENCE = 0.2
#: Seconds in which it is not asked after it did not answer.
PAUSE = 5.0

_quiet_until = 0.0


def add(key: str, *, keep: int) -> int:
    """The count of the key with this one, kept for ``keep`` seconds; 0 where Redis does not say."""
    global _quiet_until
    if not settings.REDIS_URL or time.monotonic() < _quiet_until:
        return 0
    try:
        count, _kept = (
            _redis(settings.REDIS_URL)
            .pipeline(transaction=False)
            .incr(f"parley:rate:{key}")
            .expire(f"parley:rate:{key}", keep)
            .execute()
        )
    except _failures() as problem:
        _quiet_until = time.monotonic() + PAUSE
        logger.warning("limits are counted without Redis for %g s (%r)", PAUSE, problem)
        return 0
    return int(count)


@cache
def _redis(url: str) -> Any:
    """Its client is installed where ``REDIS_URL`` is set."""
    from redis import Redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    return Redis.from_url(
        url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=Retry(NoBackoff(), 0)
    )


def _failures() -> tuple[type[Exception], ...]:
    from redis.exceptions import RedisError

    return OSError, RedisError
