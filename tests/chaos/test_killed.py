"""kill -9 of a worker or a server in mid-answer: every answer is there, once and whole."""

import asyncio
import time

import pytest

from tests.chaos.crowd import Crowd
from tests.chaos.installation import Installation


async def test_a_killed_workers_answers_are_taken_over_within_30_seconds(house: Installation) -> None:
    async with Crowd(house, 8) as crowd:
        await crowd.until_words()
        worker = next(one for one in house.workers if house.held_by(one))
        pid = worker.pid
        worker.kill()
        killed = time.monotonic()
        held = f"SELECT 1 FROM agents_run WHERE state = 'running' AND worker LIKE '%:{pid}:%'"
        while house.ask(held):
            assert time.monotonic() - killed < 30
            await asyncio.sleep(0.2)
        await crowd.check()


@pytest.mark.parametrize("number", [0, 1])
async def test_the_pages_of_a_killed_server_go_on_at_the_other(house: Installation, number: int) -> None:
    async with Crowd(house, 6) as crowd:
        await crowd.until_words()
        house.servers[number].kill()
        for talk in crowd.talks:
            await crowd.say(talk)
        assert crowd.refused == []
        await crowd.check()


async def test_both_workers_killed_lose_nothing(house: Installation) -> None:
    async with Crowd(house, 4) as crowd:
        await crowd.until_words()
        for worker in house.workers:
            worker.kill()
        for talk in crowd.talks:
            await crowd.say(talk)
        await asyncio.to_thread(house.whole_again)
        await crowd.check()
