"""PostgreSQL restarted in mid-answer: 503 while it is away, and then everything goes on by itself."""

import asyncio

import httpx2
import pytest

from tests.chaos.crowd import Crowd
from tests.chaos.installation import Installation


@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_a_restart_costs_a_pause(house: Installation, mode: str) -> None:
    async with Crowd(house, 6) as crowd:
        await crowd.until_words()
        await asyncio.to_thread(house.postgres.stop, mode)
        try:
            async with httpx2.AsyncClient(base_url=house.url, cookies={"sessionid": "x" * 32}) as stranger:
                answer = await stranger.get("/")
            assert answer.status_code == 503
            assert int(answer.headers["Retry-After"]) > 0
        finally:
            await asyncio.to_thread(house.postgres.start)
        for talk in crowd.talks:
            await crowd.say(talk)
        assert set(crowd.refused) <= {503}
        await crowd.check()
