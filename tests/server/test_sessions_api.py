"""Sessions by the API of a real server: answers as they are written, whole, and after the client has left."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator

import httpx2
import pytest

from tests.server.conftest import Serve
from tests.server.event_stream import frames_in
from tests.upstream import FakeUpstream, Reply
from tests.upstream.wire import DONE, chunk

PATIENCE = 45.0
WHOLE = {"Accept": "application/json"}


@pytest.fixture
async def upstream() -> AsyncIterator[FakeUpstream]:
    async with FakeUpstream() as running:
        yield running


def asking(serve: Serve, upstream: FakeUpstream) -> str:
    """The address of a server that asks this model."""
    return serve(OPENAI_BASE_URL=upstream.base_url, OPENAI_API_KEY="secret").url


async def session_of(client: httpx2.AsyncClient) -> str:
    """A new agent and a session with it; where its messages are."""
    agent = await client.post("/api/agents", json={"name": "Sailor", "system_prompt": "You know ships."})
    session = await client.post(f"/api/agents/{agent.json()['id']}/sessions")
    assert (agent.status_code, session.status_code) == (201, 201)
    return f"/api/sessions/{session.json()['id']}/messages"


def at(url: str) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(base_url=url, timeout=PATIENCE, limits=httpx2.Limits(max_connections=None))


async def last_of(client: httpx2.AsyncClient, place: str) -> dict:
    found: dict = (await client.get(place)).json()["messages"][-1]
    return found


async def test_tokens_come_while_the_model_writes_and_a_reader_who_leaves_stops_nothing(serve, upstream):
    go_on = asyncio.Event()
    upstream.script([chunk("Rain "), go_on, chunk("falls."), chunk(finish="stop"), DONE])
    async with at(asking(serve, upstream)) as client, asyncio.timeout(PATIENCE):
        place = await session_of(client)
        key = {"Idempotency-Key": "a-send"}
        async with client.stream("POST", place, json={"content": "Why?"}, headers=key) as answer:
            assert answer.headers["content-type"] == "text/event-stream"
            async for line in answer.aiter_lines():
                if line == 'data: {"content":"Rain "}':
                    break
        assert (await last_of(client, place))["status"] == "processing"
        go_on.set()
        while (message := await last_of(client, place))["status"] == "processing":
            await asyncio.sleep(0.05)
        assert (message["status"], message["content"]) == ("completed", "Rain falls.")
        again = await client.post(place, json={"content": "Why?"}, headers=key)
        kind, done = frames_in(again.content)[-1]
        assert (kind, done) == ("done", {"message_id": message["id"], "full_content": "Rain falls."})
        assert upstream.calls == 1


async def test_those_who_wait_hold_nothing_that_others_need(serve, upstream):
    go_on = asyncio.Event()
    upstream.script([chunk("Rain "), go_on, chunk("falls."), chunk(finish="stop"), DONE])
    async with at(asking(serve, upstream)) as client, asyncio.timeout(PATIENCE):
        places = [await session_of(client) for _ in range(20)]
        waiting = [
            asyncio.create_task(client.post(place, json={"content": "Why?"}, headers=WHOLE))
            for place in places
        ]
        while upstream.streams < len(places):
            await asyncio.sleep(0.05)
        assert (await client.get("/api/agents")).json()["total"] >= 20
        assert not any(task.done() for task in waiting)
        go_on.set()
        for answer in await asyncio.gather(*waiting):
            told = answer.json()
            assert (answer.status_code, answer.headers["content-length"]) == (200, str(len(answer.content)))
            assert told["user_message"]["content"] == "Why?"
            assert told["assistant_message"]["content"] == "Rain falls."
            assert told["assistant_message"]["status"] == "completed"


async def test_a_failing_model_is_an_answer_with_its_fallback(serve, upstream):
    upstream.script(Reply([b'{"error": {"message": "a secret of theirs"}}'], status=400))
    async with at(asking(serve, upstream)) as client, asyncio.timeout(PATIENCE):
        place = await session_of(client)
        streamed = await client.post(place, json={"content": "Why?"})
        (kind, told), *others = frames_in(streamed.content)
        assert (streamed.status_code, kind, others) == (200, "error", [])
        assert set(told) == {"error", "fallback_message"}
        whole = await client.post(place, json={"content": "Why?"}, headers=WHOLE)
        message = whole.json()["assistant_message"]
        assert (whole.status_code, message["status"]) == (200, "error")
        assert message["content"] == told["fallback_message"]
        assert message["metadata"]["error"] == told["error"]
        assert "secret" not in streamed.text + whole.text


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not here")
async def test_curl_reads_it_as_the_documentation_says(serve):
    url = serve().url
    async with at(url) as client, asyncio.timeout(PATIENCE):
        place = await session_of(client)
        process = await asyncio.create_subprocess_exec(
            *("curl", "--silent", "--no-buffer", url + place, "-d", json.dumps({"content": "Hello!"})),
            stdout=asyncio.subprocess.PIPE,
        )
        body, _errors = await process.communicate()
        frames = frames_in(body)
        assert (frames[0][0], frames[-1][0]) == ("token", "done")
        assert frames[-1][1]["full_content"] == (await last_of(client, place))["content"]
