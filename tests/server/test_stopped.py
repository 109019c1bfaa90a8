"""SIGTERM: the answers under way are handed over, the process ends, and the next one goes on with them."""

import asyncio

from tests.server.conftest import Serve
from tests.server.visitor import Visitor
from tests.server.watching import answer_to, until

QUESTION = "Write a plan for a garden"


async def test_an_answer_under_way_is_finished_by_the_next_process(serve: Serve) -> None:
    parley = serve(OFFLINE_DELAY="0.02")
    async with Visitor(parley.url) as visitor:
        whole = await answer_to(visitor, await visitor.start(QUESTION))
        conversation = await visitor.start(QUESTION)
        await until(visitor, conversation, lambda screen: bool(screen.words(screen.answers()[-1])))
        assert await asyncio.to_thread(parley.stop) == 0
        parley.start()
        assert await answer_to(visitor, conversation) == whole


async def test_open_pages_do_not_hold_up_the_end(serve: Serve) -> None:
    parley = serve()
    async with Visitor(parley.url) as visitor:
        conversation = await visitor.start("hello")
        async with visitor.socket(conversation):
            assert await asyncio.to_thread(parley.stop) == 0


async def test_a_second_server_on_the_same_folder_says_why_it_does_not_start(serve: Serve, tmp_path) -> None:
    first = serve()
    second = type(first)(first.folder)
    second.log = tmp_path / "second.log"
    second.launch()
    code = await asyncio.to_thread(second.wait)
    assert code != 0
    assert "Another Parley is running" in second.log.read_text("utf-8")
