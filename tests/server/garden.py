"""An HTTP interface of our own as tools: it counts who asks, and holds an answer back as long as told."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import httpx2

from tests.agents.tools.web import Web, answer
from tests.server.visitor import Visitor

LOOK, PLANT = "garden__look", "garden__plant"
#: What a server needs to be allowed, so that it asks on this machine.
NETWORKS = "127.0.0.0/8"
PLACES = ("north", "south")


def _operation(name: str) -> dict[str, Any]:
    bed = {"name": "bed", "in": "path", "required": True, "schema": {"type": "string"}}
    return {"operationId": name, "parameters": [bed], "responses": {}}


class Garden:
    """``look`` at a bed changes nothing; to ``plant`` does. Beds are ``north`` and ``south``."""

    def __init__(self) -> None:
        self._free = {f"/{verb}/{bed}": asyncio.Event() for verb in ("look", "plant") for bed in PLACES}
        for free in self._free.values():
            free.set()
        self._web = Web({path: self._giving(path) for path in self._free})

    async def __aenter__(self) -> Self:
        await self._web.__aenter__()
        return self

    async def __aexit__(self, *_error: object) -> None:
        for free in self._free.values():
            free.set()
        await self._web.__aexit__()

    def asked(self, path: str) -> int:
        """How often, such as ``/plant/north``."""
        return sum(head.split(" ")[1] == path for head in self._web.requests)

    def _giving(self, path: str):
        async def give(writer: asyncio.StreamWriter) -> None:
            await self._free[path].wait()
            writer.write(answer(f"done: {path}".encode()))
            await writer.drain()

        return give

    def give(self, path: str) -> None:
        """From now on there are answers for this path, for who waits as well."""
        self._free[path].set()

    @contextmanager
    def holding(self, path: str) -> Iterator[None]:
        """No answer for this path in the block; whoever still waits at its end gets one."""
        self._free[path].clear()
        try:
            yield
        finally:
            self.give(path)

    async def until_asked(self, path: str, times: int = 1) -> None:
        async with asyncio.timeout(30):
            while self.asked(path) < times:
                await asyncio.sleep(0.01)

    async def offer_to(self, visitor: Visitor) -> None:
        """Makes its operations tools, by the page on which an operator does that."""
        paths = {
            "/look/{bed}": {"get": _operation("look")},
            "/plant/{bed}": {"post": _operation("plant")},
        }
        document = {
            "openapi": "3.1.0",
            "info": {"title": "Garden"},
            "servers": [{"url": f"http://127.0.0.1:{self._web.port}"}],
            "paths": paths,
        }
        saved = await visitor.post(
            "/admin/agents/httptoolset/add/",
            name="Garden",
            slug="garden",
            document=json.dumps(document),
            document_url="",
            base_address="",
            credential="none",
            credential_name="",
            secret="",
            audience="everyone",
            enabled="on",
        )
        assert saved.status_code == httpx2.codes.FOUND, saved.text
