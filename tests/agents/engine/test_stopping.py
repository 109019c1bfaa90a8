"""Whoever consumes a run can stop it at any moment, and nothing stays open."""

import asyncio
from contextlib import aclosing

from agents.engine.coalesce import coalesce
from agents.engine.deltas import TextDelta
from agents.engine.loop import run
from agents.engine.pump import READ_AHEAD
from agents.engine.tools import NoTools
from tests.agents.engine.script import QUICK, REQUEST, ScriptedProvider


async def test_cancelling_the_consumer_closes_the_upstream():
    provider = ScriptedProvider([TextDelta("a"), 10.0])
    first = asyncio.Event()

    async def consume():
        async with aclosing(coalesce(run(REQUEST, provider, NoTools(), QUICK), lambda: 0.01)) as events:
            async for _ in events:
                first.set()

    task = asyncio.create_task(consume())
    await first.wait()
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()
    assert provider.open == 0


async def test_leaving_early_closes_the_upstream():
    provider = ScriptedProvider([TextDelta("a"), 10.0])
    async with aclosing(run(REQUEST, provider, NoTools(), QUICK)) as events:
        await anext(events)
        assert provider.open == 1
    assert provider.open == 0


async def test_a_slow_consumer_stops_the_upstream_from_running_ahead():
    sent = 0

    class Endless:
        async def stream(self, request):
            nonlocal sent
            while True:
                sent += 1
                yield TextDelta("a")

    async with aclosing(run(REQUEST, Endless(), NoTools(), QUICK)) as events:
        await anext(events)
        for _ in range(10):
            await asyncio.sleep(0)
        assert sent <= 2 * READ_AHEAD
