"""``manage.py recover``: frees what a dead process held, and nothing of one that lives."""

import asyncio

from tests.config.manage import manage
from tests.server.conftest import Serve
from tests.server.process import Parley
from tests.server.visitor import Visitor
from tests.server.watching import answer_to, settled, until

QUESTION = "Draft a proposal for a library in our village"


def recover(parley: Parley) -> str:
    ended = manage("recover", DATA_DIR=str(parley.folder))
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


async def test_the_runs_of_a_dead_server_are_freed_and_go_on(serve: Serve) -> None:
    parley = serve(OFFLINE_DELAY="0.05")
    async with Visitor(parley.url) as visitor:
        conversation = await visitor.start(QUESTION)
        await until(visitor, conversation, lambda screen: any(map(screen.words, screen.answers())))
        parley.kill()
        said = await asyncio.to_thread(recover, parley)
        assert said.count("Freed: run") == 1
        assert conversation in said
        assert "Nothing to free" in await asyncio.to_thread(recover, parley)
        parley.start()
        assert await answer_to(visitor, conversation)


async def test_a_server_that_lives_keeps_its_runs(serve: Serve) -> None:
    parley = serve(OFFLINE_DELAY="0.05")
    async with Visitor(parley.url) as visitor:
        conversation = await visitor.start(QUESTION)
        assert "Nothing to free" in await asyncio.to_thread(recover, parley)
        screen = await until(visitor, conversation, settled)
        assert screen.status(screen.answers()[-1]) == "completed"
