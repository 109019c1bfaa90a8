"""What a long answer takes in the database, at the rate at which people see text come."""

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from benchmarks.answer import PacedAnswer, tokens_of
from benchmarks.stage import server
from benchmarks.table import Row
from tests.server.visitor import Visitor
from tests.server.watching import settled, until
from tests.upstream import FakeUpstream, Reply

TOKENS = 4000
RATES = (50, 200)


def measure(rounds: int) -> Iterator[Row]:
    for rate in RATES:
        stored, text = asyncio.run(_ratio(rate))
        yield Row(
            f"database bytes ÷ bytes of text, {TOKENS:,} tokens at {rate} tokens/s",
            "≤ 5",
            f"{stored / text:.1f} ({text / 1000:.0f} kB of text)",
            stored / text <= 5,
        )


async def _ratio(rate: float) -> tuple[int, int]:
    answer = PacedAnswer(tokens_of(TOKENS), rate)
    async with FakeUpstream() as upstream:
        upstream.script([Reply(answer)])
        with server(OPENAI_BASE_URL=upstream.base_url) as parley:
            before = _used(parley.folder)
            async with Visitor(parley.url) as visitor:
                conversation = await visitor.start("Tell me of the tides")
                await until(visitor, conversation, settled, patience=10 * TOKENS / rate, pause=1)
            return _used(parley.folder) - before, len(answer.text.encode())


def _used(folder: Path) -> int:
    """Bytes of the pages in use, written back from the log or not."""
    with sqlite3.connect(folder / "parley.sqlite3") as database:
        (pages,), (free,), (size,) = (
            database.execute(f"PRAGMA {name}").fetchone()
            for name in ("page_count", "freelist_count", "page_size")
        )
    database.close()
    return int((pages - free) * size)
