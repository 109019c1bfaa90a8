"""The page stays where the reader is."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.model import Model, Pen
from tests.browser.rows import history
from tests.browser.talk import answer, field, is_answered, say, start
from tests.server.process import Parley

FROM_END = "(thread) => Math.round(thread.scrollHeight - thread.scrollTop - thread.clientHeight)"
#: Waits until it has moved from where it was, and does not move any more.
STILL = """(thread, before) => new Promise((done) => {
  let last = before;
  const look = () => {
    if (last === thread.scrollTop && last !== before) return done(last);
    last = thread.scrollTop;
    setTimeout(look, 100);
  };
  look();
})"""
LINES = "\n\n".join(f"Line {number} of many." for number in range(40))


@pytest.fixture(scope="session")
def long_history(parley: Parley) -> str:
    return history(parley, 500)


async def from_end(page: Page) -> int:
    """Pixels between what is seen and the end."""
    return await page.locator("#thread").evaluate(FROM_END)


async def scroll_up(page: Page, pixels: int) -> float:
    """Turns the wheel; where the thread stands once it does not move any more."""
    thread = page.locator("#thread")
    before = await thread.evaluate("(thread) => thread.scrollTop")
    await thread.hover(position={"x": 200, "y": 200})
    await page.mouse.wheel(0, -pixels)
    return await thread.evaluate(STILL, before)


async def mid_answer(page: Page, parley: Parley, model: Model) -> Pen:
    pen = model.pen()
    await start(page, parley.url, "A long answer, please")
    pen.write(LINES)
    await expect(answer(page)).to_contain_text("Line 39 of many.")
    return pen


async def test_who_is_at_the_end_stays_there_while_text_comes(
    page: Page, parley: Parley, model: Model
) -> None:
    pen = await mid_answer(page, parley, model)
    for number in range(5):
        pen.write(f"\n\nNews {number}.\n\n- with\n- a\n- list\n")
        await expect(answer(page).get_by_text(f"News {number}.")).to_be_in_viewport()
        assert await from_end(page) <= 1
    await expect(page.locator("#new")).not_to_be_visible()


async def test_who_has_scrolled_up_is_not_moved_and_told_of_news(
    page: Page, parley: Parley, model: Model
) -> None:
    pen = await mid_answer(page, parley, model)
    at = await scroll_up(page, 400)
    pen.write("\n\nSomething new.")
    await expect(page.locator("#new")).to_be_visible()
    await expect(answer(page)).to_contain_text("Something new.")
    pen.end()
    await is_answered(page)
    assert await page.locator("#thread").evaluate("(thread) => thread.scrollTop") == at
    await page.locator("#new").click()
    await expect(page.locator("#new")).not_to_be_visible()
    await expect(answer(page).get_by_text("Something new.")).to_be_in_viewport()


async def test_what_one_says_oneself_is_seen_wherever_one_was(
    page: Page, parley: Parley, model: Model
) -> None:
    pen = await mid_answer(page, parley, model)
    pen.end()
    await is_answered(page)
    await scroll_up(page, 400)
    model.says("In short.")
    await say(page, "Another question")
    await expect(page.get_by_text("Another question")).to_be_in_viewport()
    await is_answered(page)
    assert await from_end(page) <= 1


async def test_a_long_conversation_opens_at_its_end_with_its_last_fifty(
    page: Page, long_history: str
) -> None:
    await page.goto(long_history)
    await expect(page.locator("article")).to_have_count(50)
    await expect(page.get_by_text("Message 499 of a long history.")).to_be_in_viewport()
    assert await from_end(page) <= 1


async def test_earlier_messages_come_without_moving_the_reader(page: Page, long_history: str) -> None:
    await page.goto(long_history)
    shown = 50
    for _ in range(3):
        first = page.locator("article").first
        seen = page.locator(f"#{await first.get_attribute('id')}")
        await page.locator("#thread").evaluate("(thread) => (thread.scrollTop = 0)")
        before = await seen.bounding_box()
        await page.get_by_role("button", name="Load earlier", exact=True).click()
        shown += 50
        await expect(page.locator("article")).to_have_count(shown)
        after = await seen.bounding_box()
        assert before
        assert after
        assert abs(before["y"] - after["y"]) <= 40  # the button itself may go
    orders = await page.locator("article").evaluate_all("(all) => all.map((one) => one.dataset.order)")
    assert orders == sorted(orders)
    assert len(set(orders)) == shown


async def test_all_of_it_can_be_read(page: Page, long_history: str) -> None:
    await page.goto(long_history)
    for number in range(9):
        await page.get_by_role("button", name="Load earlier", exact=True).click()
        await expect(page.locator("article")).to_have_count(100 + 50 * number)
    await expect(page.get_by_text("Message 0 of a long history.")).to_be_attached()
    await expect(page.get_by_role("button", name="Load earlier", exact=True)).not_to_be_attached()


async def test_a_growing_field_does_not_cover_the_end(page: Page, parley: Parley, model: Model) -> None:
    pen = await mid_answer(page, parley, model)
    pen.end()
    await is_answered(page)
    await field(page).fill("\n".join("a line" for _ in range(60)))
    await expect(answer(page).get_by_text("Line 39 of many.")).to_be_in_viewport()
    box = await field(page).bounding_box()
    assert box
    assert box["height"] <= 0.45 * 800
