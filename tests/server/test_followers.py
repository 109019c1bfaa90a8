"""Every page that shows an answer shows the same, whenever it was opened, and however often."""

import asyncio
import random

import pytest

from tests.server.conftest import Serve
from tests.server.visitor import Visitor
from tests.server.watching import Watched, watch, words_of

QUESTION = "Draft a proposal for a library in our village"


async def test_two_pages_see_the_same_text(serve: Serve) -> None:
    parley = serve(OFFLINE_DELAY="0.02")
    async with Visitor(parley.url) as visitor:
        conversation = await visitor.start(QUESTION)
        one, other = await asyncio.gather(watch(visitor, conversation), watch(visitor, conversation))
        whole = await words_of(visitor, conversation)
    for page in (one, other):
        page.check(whole)
        assert page.growing[-1] == whole


@pytest.mark.parametrize("seed", range(2))
async def test_a_reload_in_mid_stream_has_no_gap_and_no_repetition(serve: Serve, seed: int) -> None:
    moments = random.Random(seed)
    parley = serve(OFFLINE_DELAY="0.02")

    async def reload_at(visitor: Visitor, conversation: str, moment: float) -> Watched:
        await asyncio.sleep(moment)
        await watch(visitor, conversation, stop_after=moments.randrange(1, 4))
        return await watch(visitor, conversation)

    async with Visitor(parley.url) as visitor:
        conversation = await visitor.start(QUESTION)
        pages = await asyncio.gather(
            *(reload_at(visitor, conversation, moments.uniform(0, 1.5)) for _ in range(10))
        )
        whole = await words_of(visitor, conversation)
    for page in pages:
        page.check(whole)
