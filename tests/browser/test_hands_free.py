"""Hands-free: it listens, answers aloud and listens again, and one can speak over it."""

import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Serve
from tests.browser.speaking import UNDER_CONTROL, kept, speak
from tests.browser.talk import CONVERSATION, answer, has_status, is_answered, questions
from tests.browser.test_voice import PATIENCE
from tests.server.process import Parley


@pytest_asyncio.fixture(loop_scope="session")
async def page(page: Page) -> Page:
    await page.add_init_script(UNDER_CONTROL)
    return page


def panel(page: Page) -> Locator:
    return page.get_by_role("group", name="Hands-free conversation")


async def does(page: Page, state: str) -> None:
    await expect(panel(page).locator(".hands-free__state")).to_have_text(f"{state}…", timeout=PATIENCE)


async def begin(page: Page) -> None:
    await page.get_by_role("button", name="Hands-free conversation").click()
    await does(page, "Listening")


async def test_one_round_without_a_hand(page: Page, offline: Parley) -> None:
    await page.goto(offline.url)
    await begin(page)
    await speak(page)
    await expect(page).to_have_url(CONVERSATION, timeout=PATIENCE)
    await does(page, "Speaking")
    await expect(panel(page).locator(".hands-free__caption")).not_to_be_empty()
    await expect(answer(page).get_by_role("slider")).to_be_enabled(timeout=PATIENCE)
    await answer(page).get_by_role("slider").press("End")
    await does(page, "Listening")
    await expect(questions(page)).to_have_count(1)
    await is_answered(page)
    await panel(page).get_by_role("button", name="End", exact=True).press("Escape")
    await expect(panel(page)).to_be_hidden()
    await expect(page.get_by_role("button", name="Hands-free conversation")).to_be_focused()
    assert await kept(page).count() == 0


async def test_who_speaks_over_an_answer_ends_it(page: Page, serve: Serve) -> None:
    slow = await serve(OFFLINE_DELAY="1")  # a minute for the whole answer, also where the machine is busy
    await page.goto(slow.url)
    await begin(page)
    await speak(page, "one two three four five")
    await does(page, "Speaking")
    await has_status(page, "processing")
    await speak(page, "stop this please and listen to me")
    await does(page, "Listening")
    await has_status(page, "cancelled")
    await expect(answer(page).locator("sound-player[data-playing]")).to_have_count(0)
