"""A long answer in a browser: what it costs the main thread, and how late the text is."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass

from playwright.async_api import Browser

from benchmarks.answer import END, PacedAnswer, tokens_of
from benchmarks.browser import busy_seconds, chromium, cold_page, long_tasks
from benchmarks.stage import server
from benchmarks.table import Row, median
from tests.upstream import FakeUpstream, Reply

TOKENS, RATE = 4000, 200
PATIENCE = 120

#: Resolves to the moment in which the page has drawn the last words, in ms since 1970.
WATCH = f"""() => new Promise((resolve) => new MutationObserver((_changes, observer) => {{
  if (!document.getElementById("messages")?.lastElementChild?.textContent.includes({json.dumps(END)})) return;
  observer.disconnect();
  requestAnimationFrame(() => resolve(performance.timeOrigin + performance.now()));
}}).observe(document.getElementById("main"), {{ childList: true, subtree: true, characterData: true }}))"""


@dataclass
class Watched:
    busy: float
    tasks: list[float]
    late: float
    bytes: int
    chars: int


def measure(rounds: int) -> Iterator[Row]:
    results = asyncio.run(_answers(rounds))
    busy, late = median([one.busy for one in results]), median([one.late for one in results])
    tasks = int(median([len(one.tasks) for one in results]))
    size = median([one.bytes for one in results]) / 1000
    longest = max((task for one in results for task in one.tasks), default=0)
    what = f"{TOKENS:,} tokens of Markdown at {RATE} tokens/s in Chromium"
    yield Row(f"{what}: main thread busy", "≤ 3 s", f"{busy:.1f} s", busy <= 3)
    yield Row(
        f"{what}: long tasks",
        "0",
        f"{tasks}" + (f" (longest {longest:.0f} ms)" if longest else ""),
        not tasks,
    )
    yield Row(f"{what}: text late at the end", "≤ 0.1 s", f"{late:.2f} s", late <= 0.1)
    yield Row(f"{what}: bytes of frames", "≤ 150 kB", f"{size:.0f} kB", size <= 150)
    ratio = median([one.bytes / one.chars for one in results])
    yield Row("bytes on the wire ÷ bytes of text, the same answer", "≤ 3", f"{ratio:.1f}", ratio <= 3)


async def _answers(rounds: int) -> list[Watched]:
    async with chromium() as browser, FakeUpstream() as upstream:
        with server(OPENAI_BASE_URL=upstream.base_url) as parley:
            return [await _answer(browser, upstream, parley.url) for _ in range(rounds)]


async def _answer(browser: Browser, upstream: FakeUpstream, url: str) -> Watched:
    """The conversation has begun before, so that only the long answer is measured."""
    async with cold_page(browser) as (page, session, wire):
        upstream.script([Reply(PacedAnswer(["Hello."], RATE))])
        await page.goto(url)
        await page.locator("#composer textarea").fill("Hello")
        await page.keyboard.press("Enter")
        await page.locator('.message--assistant[data-status="completed"]').wait_for()
        await asyncio.sleep(1)
        answer = PacedAnswer(tokens_of(TOKENS), RATE)
        upstream.script([Reply(answer)])
        await page.evaluate("longTasks.length = 0")
        shown = asyncio.create_task(page.evaluate(WATCH))
        wire.frames, before = 0, await busy_seconds(session)
        await page.locator("#composer textarea").fill("Tell me of the tides")
        await page.keyboard.press("Enter")
        moment = await asyncio.wait_for(shown, PATIENCE)
        await page.locator('.message--assistant[data-status="completed"]').nth(1).wait_for()
        return Watched(
            busy=await busy_seconds(session) - before,
            tasks=await long_tasks(page),
            late=moment / 1000 - answer.ended,
            bytes=wire.frames,
            chars=len(answer.text.encode()),
        )
