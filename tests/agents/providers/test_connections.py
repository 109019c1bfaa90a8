"""One client an endpoint, its connections are used again, and none is lost however a run ends."""

import asyncio
import random
from contextlib import aclosing

import pytest

from agents.engine.coalesce import coalesce
from agents.engine.deltas import TextDelta
from agents.engine.limits import Limits
from agents.engine.loop import Outcome, run
from agents.engine.messages import ChatMessage, ModelRequest
from agents.engine.tools import NoTools
from agents.providers.openai import OpenAIProvider
from tests.upstream import HANG, FakeUpstream
from tests.upstream.wire import DONE, chunk

REQUEST = ModelRequest("m", (ChatMessage("user", "Hello"),))
SPLIT = [chunk("a"), 0.003, chunk("b"), 0.003, chunk("c", finish="stop"), DONE]


@pytest.fixture
async def upstream():
    async with FakeUpstream() as upstream:
        yield upstream


@pytest.fixture
async def provider(upstream):
    provider = OpenAIProvider(base_url=upstream.base_url, api_key="k", max_connections=5)
    yield provider
    await provider.aclose()


async def finished(provider):
    async with aclosing(coalesce(run(REQUEST, provider, NoTools(), Limits()), lambda: 0.01)) as events:
        return [event async for event in events][-1]


async def test_a_connection_is_used_again(upstream, provider):
    for _ in range(5):
        assert (await finished(provider)).status == "completed"
    assert upstream.connections_made == 1


async def test_500_runs_over_5_connections_half_of_them_cancelled_lose_none(upstream, provider):
    upstream.script(SPLIT)
    chance = random.Random(7)  # the same runs every time

    async def cancelled_after(task, seconds):
        await asyncio.sleep(seconds)
        task.cancel()

    tasks = [asyncio.create_task(finished(provider)) for _ in range(500)]
    killers = [asyncio.create_task(cancelled_after(task, chance.uniform(0, 1))) for task in tasks[::2]]
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.gather(*killers)
    assert all(isinstance(outcome, Outcome | asyncio.CancelledError) for outcome in outcomes)
    assert all(outcome.status == "completed" for outcome in outcomes[1::2])
    assert sum(isinstance(outcome, asyncio.CancelledError) for outcome in outcomes) > 20
    assert upstream.most_connections <= 5
    async with asyncio.timeout(5):  # all five are free again
        await asyncio.gather(*(finished(provider) for _ in range(10)))
        await provider.aclose()
        await upstream.all_closed()


@pytest.mark.parametrize(
    "script", [[HANG], [chunk("a"), HANG]], ids=["before the first token", "in the middle"]
)
async def test_stopping_closes_the_connection_at_once(upstream, provider, script):
    upstream.script(script)
    task = asyncio.create_task(finished(provider))
    while not upstream.calls:  # the server is in this very loop
        await asyncio.sleep(0.001)
    task.cancel()
    await asyncio.wait([task], timeout=1)
    assert task.cancelled()
    async with asyncio.timeout(1):
        await upstream.all_closed()


async def test_leaving_the_stream_closes_the_connection(upstream, provider):
    upstream.script([chunk("a"), HANG])
    async with aclosing(provider.stream(REQUEST)) as deltas:
        assert await anext(deltas) == TextDelta("a")
    async with asyncio.timeout(1):
        await upstream.all_closed()


def test_each_loop_has_a_client_of_its_own():
    provider = None

    async def once():
        nonlocal provider
        async with FakeUpstream(port=provider and port) as upstream:
            provider = provider or OpenAIProvider(base_url=upstream.base_url, api_key="k")
            outcome = await finished(provider)
            await provider.aclose()
            return outcome.status, upstream._port

    status, port = asyncio.run(once())
    assert (status, asyncio.run(once())[0]) == ("completed", "completed")
