"""Ctrl+K finds conversations, agents and actions, and opens them."""

from playwright.async_api import Page, expect

from tests.browser.model import Model
from tests.browser.talk import answer, field, is_answered, start
from tests.server.process import Parley


async def test_a_conversation_is_found_by_what_was_said_in_it(
    page: Page, parley: Parley, model: Model
) -> None:
    model.says("The capital of Mongolia is Ulaanbaatar.")
    url = await start(page, parley.url, "Which town is it?")
    await is_answered(page)
    await page.goto(parley.url)
    await page.keyboard.press("Control+k")
    await page.keyboard.type("ulaanbaatar")
    found = page.locator("#palette-results").get_by_role("link")
    await expect(found).to_contain_text("Which town is it?")
    await expect(found.locator("mark")).to_have_text("Ulaanbaatar")
    await page.keyboard.press("ArrowDown")
    await expect(found).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(url)
    await expect(answer(page)).to_contain_text("Ulaanbaatar")
    await expect(page.locator("#palette")).not_to_be_visible()


async def test_enter_takes_the_first_thing_found(page: Page, parley: Parley) -> None:
    await page.goto(parley.url)
    await page.keyboard.press("Control+k")
    await page.keyboard.type("study tutor")
    await expect(
        page.locator("#palette-results").get_by_role("link", name="Study tutor", exact=True).first
    ).to_be_visible()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Study tutor")


async def test_actions_are_there_before_anything_is_typed(page: Page, parley: Parley) -> None:
    await page.goto(parley.url)
    await page.keyboard.press("Control+k")
    palette = page.locator("#palette")
    await expect(palette.get_by_role("link", name="New agent", exact=True)).to_be_visible()
    await page.keyboard.type("sett")
    await expect(palette.get_by_role("link", name="New agent", exact=True)).not_to_be_visible()
    await page.keyboard.press("Enter")
    await expect(page).to_have_url(f"{parley.url}/settings/")


async def test_what_is_not_found_is_said(page: Page, parley: Parley) -> None:
    await page.goto(parley.url)
    await page.keyboard.press("Control+k")
    await page.keyboard.type("xyzzyqwert")
    await expect(page.locator("#palette")).to_contain_text("Nothing found for “xyzzyqwert”.")
    await page.keyboard.press("Control+k")
    await expect(page.locator("#palette")).not_to_be_visible()
    await expect(field(page)).to_be_focused()


async def test_escape_closes_it_at_once_with_words_in_it_too(page: Page, parley: Parley) -> None:
    await page.goto(parley.url)
    await page.keyboard.press("Control+k")
    await page.keyboard.type("some words")
    await page.keyboard.press("Escape")
    await expect(page.locator("#palette")).not_to_be_visible()
    await expect(field(page)).to_be_focused()


async def test_signs_of_a_query_language_are_only_signs(page: Page, parley: Parley) -> None:
    await page.goto(parley.url)
    for query in ('"', "a OR", "*", "title:", "<b>", "%_", "' --"):
        await page.keyboard.press("Control+k")
        async with page.expect_response("**/search/*") as answered:
            await page.keyboard.type(query)
        assert (await answered.value).status == 200
        await page.keyboard.press("Control+k")
