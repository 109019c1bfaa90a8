"""Stop keeps what there is; Continue goes on from there."""

from playwright.async_api import Page, expect

from tests.browser.model import Model
from tests.browser.talk import answer, answers, field, has_status, is_answered, say, start, stored_text
from tests.server.process import Parley


async def test_a_stopped_answer_keeps_its_text_and_goes_on(page: Page, parley: Parley, model: Model) -> None:
    first, second = model.pens(2)
    await start(page, parley.url, "Tell me everything")
    first.write("The beginning")
    await expect(answer(page)).to_contain_text("The beginning")
    await page.get_by_role("button", name="Stop", exact=True).click()
    await has_status(page, "cancelled")
    await expect(answer(page)).to_contain_text("Stopped.")
    await expect(answer(page)).to_contain_text("The beginning")
    await expect(field(page)).to_be_focused()
    await answer(page).get_by_role("button", name="Continue", exact=True).click()
    await has_status(page, "processing")
    second.write(" and the end.")
    second.end()
    await is_answered(page)
    await expect(answers(page)).to_have_count(1)
    await expect(answer(page)).not_to_contain_text("Stopped.")
    assert await stored_text(page) == "The beginning and the end."


async def test_what_waits_behind_a_stopped_answer_begins(page: Page, parley: Parley, model: Model) -> None:
    first, second = model.pens(2)
    await start(page, parley.url, "The first of two")
    first.write("Some words")
    await expect(answer(page)).to_contain_text("Some words")
    await say(page, "The second")
    await expect(answers(page)).to_have_count(2)
    await expect(answer(page)).to_contain_text("Waiting for the answer before this one")
    await page.get_by_role("button", name="Stop", exact=True).dblclick()
    await expect(answers(page).first).to_have_attribute("data-status", "cancelled")
    second.write("Other words.")
    second.end()
    await is_answered(page)
    await expect(answer(page)).to_contain_text("Other words.")
    await expect(page.get_by_role("button", name="Send", exact=True)).to_be_visible()


async def test_escape_stops_one_answer_after_the_other(page: Page, parley: Parley, model: Model) -> None:
    first, _second = model.pens(2)
    await start(page, parley.url, "The first of two")
    first.write("Some words")
    await expect(answer(page)).to_contain_text("Some words")
    await say(page, "The second")
    await expect(answer(page)).to_contain_text("Waiting for the answer before this one")
    await field(page).press("Escape")
    await expect(answers(page).first).to_have_attribute("data-status", "cancelled")
    await has_status(page, "processing")
    await field(page).press("Escape")
    await has_status(page, "cancelled")


async def test_send_and_stop_take_each_others_place(page: Page, parley: Parley, model: Model) -> None:
    stop, send = (
        page.get_by_role("button", name="Stop", exact=True),
        page.get_by_role("button", name="Send", exact=True),
    )
    pen = model.pen()
    await start(page, parley.url, "Who has the button?")
    await expect(stop).to_be_visible()
    await expect(send).not_to_be_visible()
    pen.write("I.")
    pen.end()
    await is_answered(page)
    await expect(stop).not_to_be_visible()
    await expect(send).to_be_visible()


async def test_an_answer_can_be_stopped_before_its_first_word(
    page: Page, parley: Parley, model: Model
) -> None:
    model.pen()
    await start(page, parley.url, "Never mind")
    await has_status(page, "processing")
    await page.get_by_role("button", name="Stop", exact=True).click()
    await has_status(page, "cancelled")
    await expect(answer(page).get_by_role("button", name="Answer again", exact=True)).to_be_attached()


async def test_an_answer_that_broke_goes_on_where_it_was(page: Page, parley: Parley, model: Model) -> None:
    first, second = model.pens(2)
    await start(page, parley.url, "Do not break")
    first.write("Half of it")
    await expect(answer(page)).to_contain_text("Half of it")
    first.cut()
    await has_status(page, "error")
    await expect(answer(page)).to_contain_text("Half of it")
    await answer(page).get_by_role("button", name="Continue", exact=True).click()
    second.write(", and the rest.")
    second.end()
    await expect(answer(page)).to_contain_text("the rest.")
    await is_answered(page)
    assert await stored_text(page) == "Half of it, and the rest."


async def test_an_answer_that_was_too_long_offers_to_go_on(page: Page, parley: Parley, model: Model) -> None:
    first, second = model.pens(2)
    first.write("As much as fits")
    first.end("length")
    await start(page, parley.url, "A long one")
    await expect(answer(page)).to_contain_text("The answer was cut off.")
    await answer(page).get_by_role("button", name="Continue", exact=True).click()
    second.write(", then more.")
    second.end()
    await expect(answer(page)).to_contain_text("then more.")
    await is_answered(page)
    assert await stored_text(page) == "As much as fits, then more."
