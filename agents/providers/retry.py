"""Repeating a model call that failed before its first token."""

import asyncio
import logging
import random
from collections.abc import AsyncGenerator
from contextlib import aclosing

from agents.engine.deltas import Delta, ProgressDelta
from agents.engine.errors import ProviderError
from agents.engine.messages import ModelRequest
from agents.providers.base import Provider

logger = logging.getLogger(__name__)

RETRIES = 3


class Retrying:
    """A provider that calls another one up to four times.

    Only what is retryable (429, 5xx, a connection not made or broken) and only while nothing has come out: a
    repetition after the first token would repeat text or tools. Waits `backoff_s` doubled each time, with
    jitter, or what the upstream asks for where that is longer, but never past `longest_wait_s`: a longer
    Retry-After is no wait but an answer. Times in seconds; the run's deadlines go on running.
    """

    def __init__(self, provider: Provider, *, backoff_s: float = 0.5, longest_wait_s: float = 20.0) -> None:
        self._provider = provider
        self._backoff_s = backoff_s
        self._longest_wait_s = longest_wait_s

    @property
    def name(self) -> str:
        return self._provider.name

    async def stream(self, request: ModelRequest) -> AsyncGenerator[Delta, None]:
        for retry in range(RETRIES + 1):
            begun = False
            try:
                async with aclosing(self._provider.stream(request)) as deltas:
                    async for delta in deltas:
                        begun = begun or not isinstance(delta, ProgressDelta)
                        yield delta
                return
            except ProviderError as error:
                wait = self._wait(error, retry)
                if begun or not error.retryable or retry == RETRIES or wait > self._longest_wait_s:
                    raise
                logger.info("Model call %d failed, again in %.2f s: %s", retry + 1, wait, error.detail)
            await asyncio.sleep(wait)

    def _wait(self, error: ProviderError, retry: int) -> float:
        jitter = random.uniform(0.5, 1.0)  # noqa: S311  # spreads load, keeps no secret
        return max(self._backoff_s * 2.0**retry * jitter, error.retry_after or 0.0)
