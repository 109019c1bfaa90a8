"""Scripts arrive in any order, some of them late: the page comes to life all the same."""

import asyncio

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.model import Model
from tests.browser.talk import answer, is_answered, say, start
from tests.server.process import Parley

#: How many a page has.
SCRIPTS = 7


@pytest.mark.parametrize("late", ["htmx.min", "hx-ws", "live", "thread", "composer", "page"])
async def test_one_script_that_comes_last_stops_nothing(
    page: Page, parley: Parley, model: Model, late: str
) -> None:
    url = await start(page, parley.url, "Before the network was slow")
    await is_answered(page)
    others = asyncio.Semaphore(0)

    async def hold(route: Route) -> None:
        for _ in range(SCRIPTS - 1):
            await others.acquire()
        await route.continue_()

    await page.route(f"**/{late}*.js", hold)
    page.on("requestfinished", lambda request: request.url.endswith(".js") and others.release())
    await page.goto(url)
    model.says("Alive.")
    await say(page, "Are you awake?")
    await expect(answer(page)).to_contain_text("Alive.")
    await is_answered(page)
