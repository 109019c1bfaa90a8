"""Between a push and the channel layer, whichever that is."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from channels.layers import get_channel_layer

from agents import pushes

Send = Callable[[str, dict[str, Any]], Awaitable[None]]


class _Layer:
    """The layer, with another way to send to a group; it is given the layer's own."""

    def __init__(self, group_send: Callable[[Send, str, dict[str, Any]], Awaitable[None]]) -> None:
        self._layer: Any = get_channel_layer()
        self._group_send = group_send

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        await self._group_send(self._layer.group_send, group, message)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._layer, name)


def intercept(monkeypatch: pytest.MonkeyPatch, group_send: Callable[..., Awaitable[None]]) -> None:
    """From now on pushes are sent by ``group_send(send, group, message)``."""
    monkeypatch.setattr(pushes, "get_channel_layer", lambda: _Layer(group_send))
