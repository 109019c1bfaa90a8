"""A dump of PostgreSQL taken while people write and answers stream: another server starts on it, whole."""

import asyncio
from pathlib import Path

from tests.chaos.crowd import PATIENCE, Crowd
from tests.chaos.installation import Installation, Person, Server
from tests.chaos.storyteller import story
from tests.server.watching import settled, until


async def test_a_dump_taken_under_load_restores(house: Installation, tmp_path: Path) -> None:
    async with Crowd(house, 4) as crowd:
        await crowd.until_words()
        over = asyncio.Event()
        talking = asyncio.create_task(crowd.keep_talking(over, pause=0.05))
        before = {talk.conversation: list(talk.keys) for talk in crowd.talks}
        await asyncio.to_thread(house.postgres.dump, "dumped")
        over.set()
        await talking
        assert crowd.refused == []  # it makes nobody wait
        assert any(talk.keys != before[talk.conversation] for talk in crowd.talks), "nobody wrote meanwhile"
        await crowd.check()
    url = await asyncio.to_thread(house.postgres.restore, "dumped")
    away = {"DATABASE_URL": url, "REDIS_URL": house.redis.url.removesuffix("0") + "1", "TURNS": "here"}
    restored = Server(tmp_path / "restored", "restored", **(house.settings | away))
    try:
        await asyncio.to_thread(restored.start)
        async with Person(restored.url) as alice:
            for conversation, keys in before.items():
                screen = await until(alice, conversation, settled, patience=PATIENCE)
                answers = screen.answers()
                assert len(answers) >= len(keys)
                for answer, key in zip(answers, keys, strict=False):
                    assert await alice.text(conversation, answer) == story(key)
    finally:
        restored.kill()
    assert "Traceback" not in restored.log.read_text("utf-8")
