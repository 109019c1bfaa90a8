"""The whole use without a mouse."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.model import Model
from tests.browser.talk import answer, field, has_status, is_answered, questions, start
from tests.server.process import Parley

CAN_BE_SEEN = """() => {
  const one = document.activeElement;
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
  const { width, height } = one.getBoundingClientRect();
  const marked = (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
  return width * height > 0 && (marked || one.matches("textarea, input")); // the box around a field is marked
}"""


async def test_the_first_stop_leads_past_the_list(page: Page, parley: Parley) -> None:
    await page.goto(f"{parley.url}/agents/")
    await page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content", exact=True)
    await expect(skip).to_be_focused()
    await expect(skip).to_be_in_viewport(ratio=1)
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    assert await page.evaluate("() => document.getElementById('main').contains(document.activeElement)")


async def test_every_stop_can_be_seen(page: Page, parley: Parley, model: Model) -> None:
    await start(page, parley.url, "Where am I?")
    await is_answered(page)
    skip = page.get_by_role("link", name="Skip to the content", exact=True)
    stops = 0
    while not await skip.evaluate("(link) => link === document.activeElement"):
        await page.keyboard.press("Shift+Tab")
        stops += 1
        assert await page.evaluate(CAN_BE_SEEN), await page.evaluate("() => document.activeElement.outerHTML")
    assert stops > 10


async def test_enter_sends_and_shift_enter_breaks_the_line(page: Page, parley: Parley, model: Model) -> None:
    await page.goto(parley.url)
    await expect(field(page)).to_be_focused()
    await page.keyboard.type("one")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("two")
    await expect(field(page)).to_have_value("one\ntwo")
    await page.keyboard.press("Enter")
    await expect(questions(page).locator(".message__said")).to_have_text("one\ntwo", use_inner_text=True)


async def test_escape_stops_the_answer(page: Page, parley: Parley, model: Model) -> None:
    pen = model.pen()
    await start(page, parley.url, "Stop by key")
    pen.write("As far as here")
    await expect(answer(page)).to_contain_text("As far as here")
    await page.keyboard.press("Escape")
    await has_status(page, "cancelled")
    await expect(field(page)).to_be_focused()


async def test_escape_in_a_dialog_closes_that_and_no_more(page: Page, parley: Parley, model: Model) -> None:
    pen = model.pen()
    await start(page, parley.url, "Do not stop")
    pen.write("Going ")
    await expect(answer(page)).to_contain_text("Going")
    await page.keyboard.press("Control+k")
    await expect(page.locator("#palette")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("#palette")).not_to_be_visible()
    await expect(field(page)).to_be_focused()
    pen.write("on.")
    pen.end()
    await is_answered(page)


async def test_up_edits_the_last_own_message_only_from_an_empty_field(
    page: Page, parley: Parley, model: Model
) -> None:
    await start(page, parley.url, "To be edited")
    await is_answered(page)
    edit = page.get_by_label("Your message in other words")
    await field(page).fill("something")
    await page.keyboard.press("ArrowUp")
    await expect(edit).not_to_be_attached()
    await field(page).fill("")
    await page.keyboard.press("ArrowUp")
    await expect(edit).to_be_focused()
    await expect(edit).to_have_value("To be edited")


async def test_a_question_mark_lists_the_keys_but_not_where_one_writes(page: Page, parley: Parley) -> None:
    await page.goto(parley.url)
    keys = page.get_by_role("dialog", name="Keyboard")
    await field(page).press("?")
    await expect(field(page)).to_have_value("?")
    await expect(keys).not_to_be_visible()
    await page.locator("body").evaluate("() => document.activeElement.blur()")
    await page.keyboard.press("?")
    await expect(keys).to_be_visible()
    await expect(keys.get_by_text("Ctrl K")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(keys).not_to_be_visible()
    await page.keyboard.press("/")
    await expect(field(page)).to_be_focused()
    await expect(field(page)).to_have_value("?")


async def test_the_menu_of_a_conversation_by_arrows(page: Page, parley: Parley, model: Model) -> None:
    await start(page, parley.url, "Menu by keys")
    await is_answered(page)
    button = page.get_by_role("button", name="Actions for this conversation", exact=True)
    await button.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="Rename", exact=True)).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("menuitem", name="Pin", exact=True)).to_be_focused()
    await page.keyboard.press("End")
    await expect(page.get_by_role("menuitem", name="Delete…", exact=True)).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(button).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="Rename", exact=True)).to_be_focused()
    await page.keyboard.press("Enter")
    title = page.get_by_label("Title")
    await expect(title).to_be_focused()
    await title.fill("Called so by keys")
    await page.keyboard.press("Enter")
    await expect(page.locator("#sidebar-list [aria-current=page]")).to_contain_text("Called so by keys")


@pytest.mark.parametrize("selector", ["#composer-text", "#sidebar-search", ".message--user [data-copy-from]"])
async def test_news_never_take_the_focus(page: Page, parley: Parley, model: Model, selector: str) -> None:
    await start(page, parley.url, "Focus")
    await is_answered(page)
    pen = model.pen()
    await field(page).fill("Again")
    await page.keyboard.press("Enter")
    await expect(questions(page)).to_have_count(2)
    await page.locator(selector).first.focus()
    pen.write("One paragraph.\n\n", "- a list\n", "- of two\n\n", "And an end.")
    pen.end()
    await is_answered(page)
    assert await page.locator(selector).first.evaluate("(one) => one === document.activeElement")
