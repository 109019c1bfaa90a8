"""Each process restarted in turn while people write: no send fails, and no answer is lost."""

import asyncio

from tests.chaos.crowd import Crowd
from tests.chaos.installation import Installation


async def test_a_rolling_restart_under_load_is_noticed_by_nobody(house: Installation) -> None:
    async with Crowd(house, 6) as crowd:
        await crowd.until_words()
        over = asyncio.Event()
        talking = asyncio.create_task(crowd.keep_talking(over, pause=0.1))
        for process in house.processes:
            assert await asyncio.to_thread(process.stop) == 0
            await asyncio.to_thread(process.start)
        over.set()
        await talking
        assert min(len(talk.keys) for talk in crowd.talks) > 1
        assert crowd.refused == []
        await crowd.check()
