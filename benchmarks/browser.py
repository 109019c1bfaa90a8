"""Chromium, without a window, with an eye on the wire and on the main thread."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, CDPSession, Page, async_playwright

from tests.browser.chromium import NAMES, launch

#: Collects the tasks of the main thread that a person could feel: 50 ms and more.
LONG_TASKS = """
globalThis.longTasks = [];
new PerformanceObserver((list) => longTasks.push(...list.getEntries().map((entry) => entry.duration)))
  .observe({ type: "longtask", buffered: true });
"""


@dataclass
class Wire:
    """What came over it, in bytes: each request with its headers, compressed as it came, and the frames."""

    requests: list[float] = field(default_factory=list)
    frames: int = 0

    @classmethod
    async def of(cls, session: CDPSession) -> "Wire":
        wire = cls()
        session.on("Network.loadingFinished", lambda event: wire.requests.append(event["encodedDataLength"]))
        session.on(
            "Network.webSocketFrameReceived", lambda event: wire._add(event["response"]["payloadData"])
        )
        await session.send("Network.enable")
        return wire

    def _add(self, text: str) -> None:
        self.frames += len(text.encode())


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Raises RuntimeError where there is none."""
    path = next((path for name in NAMES if (path := shutil.which(name))), None)
    if path is None:
        raise RuntimeError(f"none of {', '.join(NAMES)} is installed")
    async with async_playwright() as playwright:
        browser = await launch(playwright, path)
        yield browser
        await browser.close()


@asynccontextmanager
async def cold_page(browser: Browser) -> AsyncIterator[tuple[Page, CDPSession, Wire]]:
    """A page of a new profile: nothing is cached, and no service worker answers for the server."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, service_workers="block")
    page = await context.new_page()
    await page.add_init_script(LONG_TASKS)
    session = await context.new_cdp_session(page)
    yield page, session, await Wire.of(session)
    await context.close()


async def busy_seconds(session: CDPSession) -> float:
    """What the main thread has worked so far."""
    await session.send("Performance.enable")
    metrics: dict[str, Any] = await session.send("Performance.getMetrics")
    return next(float(one["value"]) for one in metrics["metrics"] if one["name"] == "TaskDuration")


async def long_tasks(page: Page) -> list[float]:
    """Their lengths in ms."""
    tasks: list[float] = await page.evaluate("longTasks")
    return tasks
