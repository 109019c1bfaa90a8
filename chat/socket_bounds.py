"""How much a client may say over a socket, and how long it may say nothing."""

import asyncio
from collections.abc import Callable

from django.conf import settings


class Allowance:
    """So many messages at once, refilled at so many a second (a token bucket)."""

    def __init__(self) -> None:
        self._left = float(settings.SOCKET_BURST)
        self._filled_at = asyncio.get_running_loop().time()

    def spend(self) -> bool:
        """Takes one; False where none is left."""
        now = asyncio.get_running_loop().time()
        more = (now - self._filled_at) * settings.SOCKET_RATE
        self._left = min(self._left + more, settings.SOCKET_BURST)
        self._filled_at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class IdleTimer:
    """Calls back once nothing was heard for ``SOCKET_IDLE`` seconds; one timer, however much is heard."""

    def __init__(self, on_idle: Callable[[], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._on_idle = on_idle
        self._heard_at = self._loop.time()
        self._handle: asyncio.TimerHandle | None = None
        self._look()

    def heard(self) -> None:
        self._heard_at = self._loop.time()

    def stop(self) -> None:
        if self._handle is not None:
            self._handle.cancel()

    def _look(self) -> None:
        if not settings.SOCKET_IDLE:
            return
        left = self._heard_at + settings.SOCKET_IDLE - self._loop.time()
        if left > 0:
            self._handle = self._loop.call_later(left, self._look)
        else:
            self._on_idle()
