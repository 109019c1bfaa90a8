"""The first page in a browser that has never been here."""

import asyncio
from collections.abc import Iterator

from playwright.async_api import Browser

from benchmarks.browser import chromium, cold_page, long_tasks
from benchmarks.stage import server
from benchmarks.table import Row, median

#: When the composer is drawn and the scripts behind it have run, in ms since the navigation began.
USABLE = """() => Math.max(
  performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd,
  performance.getEntriesByName("first-contentful-paint")[0].startTime)"""


def measure(rounds: int) -> Iterator[Row]:
    with server() as parley:
        results = asyncio.run(_visits(parley.url, rounds))
    sizes, counts, usable, tasks = zip(*results, strict=True)
    size, count = median(sizes) / 1000, int(median(counts))
    yield Row(
        "first page, cold cache",
        "≤ 100 kB, ≤ 12 requests",
        f"{size:.0f} kB, {count} requests",
        size <= 100 and count <= 12,
    )
    yield Row(
        "composer usable, cold, headless Chromium",
        "≤ 0.5 s",
        f"{median(usable) / 1000:.2f} s",
        median(usable) <= 500,
    )
    longest = max(max(each, default=0) for each in tasks)
    number = int(median([len(each) for each in tasks]))
    yield Row(
        "long tasks while loading",
        "0",
        f"{number} (longest {longest:.0f} ms)" if longest else "0",
        number == 0,
    )


async def _visits(url: str, rounds: int) -> list[tuple[float, int, float, list[float]]]:
    async with chromium() as browser:
        await _visit(browser, url)  # the browser itself starts only once
        return [await _visit(browser, url) for _ in range(rounds)]


async def _visit(browser: Browser, url: str) -> tuple[float, int, float, list[float]]:
    async with cold_page(browser) as (page, _session, wire):
        await page.goto(url)
        await page.locator("#composer textarea").wait_for()
        await page.wait_for_load_state("networkidle")
        return sum(wire.requests), len(wire.requests), await page.evaluate(USABLE), await long_tasks(page)
