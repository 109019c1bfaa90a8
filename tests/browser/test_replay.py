"""The replay of an answer: it plays by itself, goes anywhere by keyboard, and ends as the answer is."""

import re

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.browser.conftest import Browse
from tests.browser.model import Model
from tests.browser.talk import answer, has_status, is_answered, prose, start
from tests.browser.test_accessibility import SERIOUS
from tests.browser.test_phone import WIDER
from tests.server.process import Parley

IS_OVER = "() => document.querySelector('run-replay').dataset.playing === 'false'"


async def answered(page: Page, parley: Parley, model: Model) -> str:
    """An answer that came in four pieces with a long silence; the address of its replay."""
    pen = model.pen()
    await start(page, parley.url, "Play it again")
    pen.think("Let me see.")
    for words in ("First comes **this**, ", "then that.\n\n", "- one\n- two\n"):
        pen.write(words)
        await expect(answer(page)).to_contain_text(words.split()[0].strip("*-"))
        await page.wait_for_timeout(150)
    await page.wait_for_timeout(1800)
    pen.write("\n\nAnd the end.")
    pen.end()
    await is_answered(page)
    address = await answer(page).get_by_role("link", name="Replay", exact=True).get_attribute("href")
    return parley.url + (address or "")


async def test_it_plays_from_the_answers_footer_to_what_the_answer_is(
    page: Page, parley: Parley, model: Model
) -> None:
    await answered(page, parley, model)
    whole = await prose(page)
    await answer(page).hover()
    await answer(page).get_by_role("link", name="Replay", exact=True).click()
    await expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    await has_status(page, "processing")
    await page.wait_for_function(IS_OVER)
    await has_status(page, "completed")
    assert (await prose(page)).split() == whole.split()
    await expect(page.locator("#status")).to_have_text("The replay has ended.")
    await page.get_by_role("link", name="Back to the conversation", exact=True).click()
    await expect(answer(page)).to_contain_text("And the end.")


async def test_a_keyboard_is_enough(browse: Browse, parley: Parley, model: Model, page: Page) -> None:
    address = await answered(page, parley, model)
    page = await browse(reduced_motion="reduce")
    await page.goto(address)
    play = page.get_by_role("button", name="Play", exact=True)
    await expect(play).to_be_enabled()  # and nothing moves by itself
    await has_status(page, "pending")
    position = page.get_by_role("slider", name="Position")
    await position.focus()
    await page.keyboard.press("End")
    await has_status(page, "completed")
    assert re.fullmatch(r"0:0\d\.\d / 0:0\d\.\d", await position.get_attribute("aria-valuetext") or "")
    await page.keyboard.press("Home")
    await expect(answer(page)).not_to_contain_text("First")
    seen = []
    for _ in range(100):
        await page.keyboard.press("ArrowRight")
        seen.append(await prose(page))
    assert [len(text) for text in seen] == sorted(len(text) for text in seen)
    for _ in range(100):
        await page.keyboard.press("ArrowLeft")
    await expect(answer(page)).not_to_contain_text("First")
    await page.get_by_role("radio", name="max").check(force=True)
    await page.locator("#thread").focus()
    await page.keyboard.press(" ")
    await page.wait_for_function(IS_OVER)
    await has_status(page, "completed")


async def test_silences_are_skipped_unless_wanted(
    browse: Browse, parley: Parley, model: Model, page: Page
) -> None:
    address = await answered(page, parley, model)
    page = await browse(reduced_motion="reduce")
    await page.goto(address)
    length = page.locator(".replay__time")
    await expect(length).to_contain_text(re.compile(r"/ 0:0[1-9]"))
    short = (await length.inner_text()).split()[-1]
    await page.get_by_label("Skip long silences").uncheck()
    whole = (await length.inner_text()).split()[-1]
    assert float(whole[2:]) > float(short[2:]) + 0.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_fits_a_phone_and_has_no_serious_finding(
    browse: Browse, parley: Parley, model: Model, page: Page, scheme: str
) -> None:
    address = await answered(page, parley, model)
    page = await browse(viewport={"width": 360, "height": 740}, color_scheme=scheme, reduced_motion="reduce")
    await page.goto(address)
    await expect(page.get_by_role("button", name="Play", exact=True)).to_be_enabled()
    assert await page.evaluate(WIDER) == 0
    found = (await Axe().run(page)).response["violations"]
    assert [one["id"] for one in found if one["impact"] in SERIOUS] == []


async def test_its_script_is_for_this_page_alone(page: Page, parley: Parley, model: Model) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    address = await answered(page, parley, model)
    assert not [url for url in asked if "/js/replay" in url]
    await page.goto(address)
    assert [url for url in asked if "/js/replay" in url]
