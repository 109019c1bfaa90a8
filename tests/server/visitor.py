"""Somebody at the browser, by the doors a browser uses: forms by HTTP, what is live by WebSocket."""

import json
import re
from typing import Self
from uuid import uuid4

import httpx2
from websockets.asyncio.client import connect
from websockets.typing import Origin

from tests.server.screen import Screen

AGENT = re.compile(r"""name="agent"[^>]*value="([0-9a-f-]{36})""")
TIMEOUT = 30.0


class Visitor:
    """``async with Visitor(url) as visitor`` loads the first page. Personal mode makes it the owner."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.agent = ""
        self._http = httpx2.AsyncClient(
            base_url=url, timeout=TIMEOUT, limits=httpx2.Limits(max_connections=None)
        )

    async def __aenter__(self) -> Self:
        home = await self._http.get("/")
        home.raise_for_status()
        found = AGENT.search(home.text)
        assert found is not None, "the first page names no agent"
        self.agent = found[1]
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._http.aclose()

    async def start(self, content: str) -> str:
        """A new conversation by its first message; the conversation's id."""
        response = await self.post("/chat/", agent=self.agent, content=content, client_id=str(uuid4()))
        response.raise_for_status()
        path: str = json.loads(response.headers["HX-Location"])["path"]
        return path.removeprefix("/chat/").strip("/")

    async def send(self, conversation: str, content: str, client_id: str = "") -> httpx2.Response:
        return await self.post(
            f"/chat/{conversation}/messages/", content=content, client_id=client_id or str(uuid4())
        )

    async def post(self, path: str, **fields: str | list[str]) -> httpx2.Response:
        headers = {"HX-Request": "true", "X-CSRFToken": self._http.cookies.get("csrftoken", "")}
        return await self._http.post(path, data=fields, headers=headers)

    async def get(self, path: str) -> httpx2.Response:
        return await self._http.get(path)

    async def page(self, conversation: str) -> Screen:
        response = await self._http.get(f"/chat/{conversation}/")
        response.raise_for_status()
        return Screen(response.text)

    async def text(self, conversation: str, message: str) -> str:
        """The message's Markdown as it is stored."""
        response = await self._http.get(f"/chat/{conversation}/messages/{message}/text/")
        response.raise_for_status()
        return response.text

    def socket(self, conversation: str, cursor: str = "") -> connect:
        """The live door of a page loaded at ``cursor``: to be awaited, or entered by ``async with``."""
        address = f"{self.url.replace('http', 'ws', 1)}/ws/page/?conversation={conversation}&cursor={cursor}"
        cookies = "; ".join(f"{name}={value}" for name, value in self._http.cookies.items())
        return connect(
            address,
            origin=Origin(self.url),
            additional_headers={"Cookie": cookies},
            max_size=None,
            max_queue=None,
            proxy=None,
        )
