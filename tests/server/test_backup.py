"""A backup taken while people write and answers stream: another server starts on it, whole."""

import asyncio
import shutil
import stat
from pathlib import Path

from tests.config.manage import manage
from tests.server.conftest import Serve
from tests.server.process import Parley
from tests.server.visitor import Visitor
from tests.server.watching import answer_to

QUESTION = "Draft a proposal for a library in our village"
WRITERS = 4


async def test_a_backup_taken_under_load_restores(serve: Serve, tmp_path: Path) -> None:
    parley = serve(OFFLINE_DELAY="0.02")
    acknowledged: list[str] = []
    over = asyncio.Event()
    async with Visitor(parley.url) as visitor:

        async def write() -> None:
            while not over.is_set():
                acknowledged.append(await visitor.start(QUESTION))

        writers = [asyncio.create_task(write()) for _ in range(WRITERS)]
        while len(acknowledged) < 3 * WRITERS:
            await asyncio.sleep(0.01)
        before = list(acknowledged)
        taken = await asyncio.to_thread(manage, "backup", str(tmp_path / "copy"), DATA_DIR=str(parley.folder))
        assert taken.returncode == 0, taken.stderr
        assert len(acknowledged) > len(before), "nobody wrote while it was taken"
        over.set()
        await asyncio.gather(*writers)
    parley.kill()
    assert stat.S_IMODE((tmp_path / "copy").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "copy" / "secret_key").stat().st_mode) == 0o600
    restored = Parley(shutil.copytree(tmp_path / "copy", tmp_path / "restored"), OFFLINE_DELAY="0")
    restored.start()
    try:
        async with Visitor(restored.url) as visitor:
            whole = await answer_to(visitor, before[0])
            for conversation in before:
                assert await answer_to(visitor, conversation) == whole
    finally:
        restored.kill()
    assert "Traceback" not in restored.log.read_text("utf-8")


def test_what_is_there_is_not_written_over(serve: Serve, tmp_path: Path) -> None:
    folder = serve().folder
    for _ in range(2):
        ended = manage("backup", str(tmp_path / "copy"), DATA_DIR=str(folder))
    assert ended.returncode == 1
    assert "is there already" in ended.stderr
    assert [path.name for path in tmp_path.iterdir() if "partial" in path.name] == []


def test_a_place_that_cannot_be_written_leaves_nothing(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ended = manage("backup", str(tmp_path / "file" / "copy"), DATA_DIR=str(serve().folder))
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
