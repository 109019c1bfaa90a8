"""A program at its socket: it says JSON and hears JSON."""

import asyncio
import json
from typing import Any, Self

from channels.testing import WebsocketCommunicator
from django.test import Client

from tests.chat.sockets import close_code, socket_of

PATIENCE = 10.0


class Program:
    """``async with Program(client) as program`` opens ``/ws`` and hears that it is connected.

    It is told of runs only, unless it is asked for other ``events``.
    """

    def __init__(
        self, client: Client | None, path: str = "/ws", events: str = "runs", **handshake: Any
    ) -> None:
        address = f"{path}{'&' if '?' in path else '?'}events={events}"
        self.socket: WebsocketCommunicator = socket_of(client, address, **handshake)
        self.connection: dict[str, Any] = {}

    async def __aenter__(self) -> Self:
        assert (await self.socket.connect())[0]
        self.connection = await self.hears()
        assert self.connection["type"] == "connection", self.connection
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.socket.disconnect()

    async def says(self, type: str, conversation: Any = None, **data: Any) -> None:
        given: dict[str, Any] = {"type": type, "data": data}
        if conversation is not None:
            given["conversation_id"] = str(getattr(conversation, "pk", conversation))
        await self.socket.send_to(text_data=json.dumps(given))

    async def hears(self, seconds: float = PATIENCE) -> dict[str, Any]:
        heard: dict[str, Any] = json.loads(await self.socket.receive_from(seconds))
        return heard

    async def hears_until(self, *types: str, seconds: float = PATIENCE) -> list[dict[str, Any]]:
        """What came, up to the first of one of these types."""
        heard: list[dict[str, Any]] = []
        async with asyncio.timeout(seconds):
            while not heard or heard[-1]["type"] not in types:
                heard.append(await self.hears(seconds))
        return heard

    async def hears_of(self, type: str) -> dict[str, Any]:
        return (await self.hears_until(type))[-1]

    async def is_closed(self, seconds: float = PATIENCE) -> int:
        return await close_code(self.socket, seconds)
