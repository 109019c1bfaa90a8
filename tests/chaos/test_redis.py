"""Redis is a hint: paused, restarted, flushed or away, it makes pages late and nothing wrong."""

import asyncio
import signal
import time

from tests.chaos.crowd import Crowd
from tests.chaos.installation import Installation


async def test_a_paused_redis_holds_nobody_up(house: Installation) -> None:
    async with Crowd(house, 4) as crowd:
        await crowd.until_words()
        house.redis.send(signal.SIGSTOP)
        try:
            for talk in crowd.talks:
                began = time.monotonic()
                await crowd.say(talk)
                assert time.monotonic() - began < 10
            assert crowd.refused == []
            await crowd.check()  # while it is still paused
        finally:
            house.redis.send(signal.SIGCONT)
        for talk in crowd.talks:
            await crowd.say(talk)
        await crowd.check()


async def test_a_redis_that_is_away_and_comes_back_empty_is_missed_by_nobody(house: Installation) -> None:
    async with Crowd(house, 4) as crowd:
        await crowd.until_words()
        await asyncio.to_thread(house.redis.stop)
        try:
            for talk in crowd.talks:
                await crowd.say(talk)
            assert crowd.refused == []
            await crowd.check()
        finally:
            await asyncio.to_thread(house.redis.start)
        for talk in crowd.talks:
            await crowd.say(talk)
        await crowd.check()


async def test_a_flushed_redis_is_not_noticed(house: Installation) -> None:
    async with Crowd(house, 4) as crowd:
        await crowd.until_words()
        house.redis.flush()
        for talk in crowd.talks:
            await crowd.say(talk)
        assert crowd.refused == []
        await crowd.check()
