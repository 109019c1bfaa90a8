"""A listener ends when it is told to, whatever its layer was doing at that moment."""

import asyncio
import random

from agents.pushes import REJOIN, Listener, push

LOOPS = 150


async def _follow(group: str) -> None:
    async with Listener(group) as listener:
        while True:
            if await listener.next(REJOIN) is None:
                await listener.join()


async def _keep_pushing(group: str) -> None:
    while True:
        await push(group, {"type": "told"})
        await asyncio.sleep(0)


async def _cut_short(moment: float) -> set[asyncio.Task[None]]:
    """Those of a loop's tasks that go on after being cancelled, once."""
    tasks = {asyncio.create_task(_follow("cut-short")), asyncio.create_task(_keep_pushing("cut-short"))}
    await asyncio.sleep(moment)
    for task in tasks:
        task.cancel()
    _done, left = await asyncio.wait(tasks, timeout=20)
    return left


def test_it_ends_when_cancelled_at_any_moment():
    chance = random.Random(7)
    for _loop in range(LOOPS):
        assert not asyncio.run(_cut_short(chance.random() * 0.01))
