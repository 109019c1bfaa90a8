"""kill -9 while a document is read: the next start reads it anew, and the agent cites it."""

import asyncio

import httpx2

from tests.agents.knowledge.files import pdf
from tests.server.conftest import Serve
from tests.server.test_sessions_api import at

#: So many full ones take seconds, in the midst of which one can be killed.
PAGES = 1000
PAGE = "\n".join(f"Rule {number} is about nothing that matters to anybody who reads." for number in range(45))
AGENT = {"name": "Librarian", "system_prompt": "You know the rules.", "model": "offline"}
QUESTION = {"content": "How long does the library lend a zebra?"}


async def test_a_document_that_was_being_read_is_read_by_the_next(serve: Serve) -> None:
    pages = [PAGE] * PAGES
    pages[200] = "The library lends a zebra for nine days."
    parley = serve()
    async with asyncio.timeout(120), at(parley.url) as client:
        agent = (await client.post("/api/agents", json=AGENT)).json()
        place = f"/api/agents/{agent['id']}/documents"
        form = {"file": ("rules.pdf", pdf(*pages))}
        assert (await client.post(place, files=form)).status_code == httpx2.codes.CREATED
        while not 0 < (await document(client, place))["progress"] < 100:
            await asyncio.sleep(0.01)
        parley.kill()
        parley.start()
        while (found := await document(client, place))["status"] != "ready":
            assert found["status"] in ("queued", "indexing")
            await asyncio.sleep(0.05)
        assert (found["progress"], found["pages"]) == (100, PAGES)
        assert (
            found["chunks"] > PAGES
        )  # and not those of the first time besides: they have their numbers once

        session = (await client.post(f"/api/agents/{agent['id']}/sessions", json={})).json()["id"]
        await client.post(f"/api/sessions/{session}/messages", json=QUESTION)
        answer = (await client.get(f"/api/sessions/{session}/messages")).json()["messages"][-1]
        assert "The library lends a zebra for nine days." in answer["content"]
        assert "rules.pdf, page 201 [1]" in answer["content"]


async def document(client: httpx2.AsyncClient, place: str) -> dict:
    (one,) = (await client.get(place)).json()
    return one
