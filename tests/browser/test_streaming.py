"""Sending, and seeing the answer come."""

from playwright.async_api import Page, expect

from tests.browser.model import Model
from tests.browser.talk import (
    answer,
    answers,
    field,
    has_status,
    is_answered,
    questions,
    say,
    start,
    stored_text,
)
from tests.server.process import Parley


async def test_an_answer_comes_in_pieces(page: Page, parley: Parley, model: Model) -> None:
    pen = model.pen()
    await start(page, parley.url, "Tell me a story")
    await has_status(page, "processing")
    for piece, so_far in (
        ("Once upon", "Once upon"),
        (" a time", "Once upon a time"),
        (" there", "time there"),
    ):
        pen.write(piece)
        await expect(answer(page)).to_contain_text(so_far)
        await has_status(page, "processing")
    pen.write(" was.")
    pen.end()
    await is_answered(page)
    assert await answer(page).locator(".prose").inner_text() == "Once upon a time there was."


async def test_what_was_sent_stands_at_once_and_the_field_is_empty(
    page: Page, parley: Parley, model: Model
) -> None:
    pen = model.pen()
    await start(page, parley.url, "A first question")
    await expect(field(page)).to_have_value("")
    await expect(field(page)).to_be_focused()
    pen.write("Well.")
    pen.end()
    await is_answered(page)
    model.says("And again.")
    await say(page, "A second\nquestion")
    await expect(questions(page)).to_have_count(2)
    await expect(answers(page)).to_have_count(2)
    await is_answered(page)
    await expect(answer(page)).to_contain_text("And again.")


async def test_a_second_message_waits_for_the_answer_before_it(
    page: Page, parley: Parley, model: Model
) -> None:
    first, second = model.pens(2)
    await start(page, parley.url, "One")
    first.write("First")
    await expect(answer(page)).to_contain_text("First")
    await say(page, "Two")
    await expect(answers(page)).to_have_count(2)
    await expect(answer(page)).to_contain_text("Waiting for the answer before this one")
    first.end()
    await expect(answers(page).first).to_have_attribute("data-status", "completed")
    second.write("Second")
    second.end()
    await is_answered(page)
    await expect(answer(page)).not_to_contain_text("Waiting")
    assert await stored_text(page) == "Second"


async def test_thinking_is_a_closed_row_that_opens(page: Page, parley: Parley, model: Model) -> None:
    pen = model.pen()
    await start(page, parley.url, "Think about it")
    pen.think("Let me see")
    row = answer(page).locator("details.work__row")
    await expect(row.get_by_text("Thinking", exact=True)).to_be_visible()
    await expect(row.get_by_text("Let me see")).not_to_be_visible()
    await row.locator("summary").click()
    await expect(row.get_by_text("Let me see")).to_be_visible()
    pen.think(" what this is")
    await expect(row.get_by_text("Let me see what this is")).to_be_visible()
    pen.write("It is a test.")
    pen.end()
    await is_answered(page)
    await answer(page).get_by_text("Worked for").click()
    await answer(page).get_by_text("Thinking", exact=True).click()
    await expect(answer(page).get_by_text("Let me see what this is")).to_be_visible()


async def test_an_answer_that_fails_says_so_and_offers_the_next_step(
    page: Page, parley: Parley, model: Model
) -> None:
    model.fails(401)
    await start(page, parley.url, "Are you there?")
    await has_status(page, "error")
    notice = answer(page).locator(".notice")
    await expect(notice).to_be_visible()
    model.says("Now I am.")
    await notice.get_by_role("button", name="Retry", exact=True).click()
    await is_answered(page)
    await expect(answer(page)).to_contain_text("Now I am.")
