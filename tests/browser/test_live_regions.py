"""What a screen reader is told: that somebody answers, and the whole answer once."""

from playwright.async_api import Page, expect

from tests.browser.model import Model
from tests.browser.talk import answer, has_status, is_answered, start
from tests.server.process import Parley

RECORD = """() => {
  window.heard = { status: [], log: [] };
  for (const id of ["status", "log"]) {
    const region = document.getElementById(id);
    const hear = () => region.textContent.trim() && window.heard[id].push(region.textContent.trim());
    new MutationObserver(hear).observe(region, { childList: true, subtree: true, characterData: true });
  }
}"""


async def test_it_hears_who_answers_and_then_the_answer_once(
    page: Page, parley: Parley, model: Model
) -> None:
    await start(page, parley.url, "First")
    await is_answered(page)
    await page.evaluate(RECORD)
    pen = model.pen()
    await page.locator("#composer-text").fill("Speak to me")
    await page.keyboard.press("Enter")
    await expect(page.locator("#status")).to_have_text("Assistant is answering")
    for word in ("Many ", "words, ", "one ", "by ", "one."):
        pen.write(word)
        await expect(answer(page)).to_contain_text(word.strip())
    assert await page.evaluate("window.heard.log") == []
    pen.end()
    await is_answered(page)
    await expect(page.locator("#log")).to_have_text("Many words, one by one.")
    assert await page.evaluate("window.heard") == {
        "status": ["Assistant is answering"],
        "log": ["Many words, one by one."],
    }


async def test_it_hears_that_it_takes_long(page: Page, parley: Parley, model: Model) -> None:
    await page.clock.install()
    pen = model.pen()
    await start(page, parley.url, "Slowly")
    await has_status(page, "processing")
    await expect(page.locator("#status")).to_have_text("Assistant is answering")
    await page.clock.run_for(7_100)
    await expect(page.locator("#status")).to_have_text("still working, 7 s")
    await page.clock.run_for(7_000)
    await expect(page.locator("#status")).to_have_text("still working, 14 s")
    pen.end()


async def test_it_hears_how_an_answer_ended_that_broke(page: Page, parley: Parley, model: Model) -> None:
    pen = model.pen()
    await start(page, parley.url, "Break")
    pen.write("Half")
    await expect(answer(page)).to_contain_text("Half")
    pen.cut()
    await has_status(page, "error")
    await expect(page.locator("#log")).to_contain_text("Half")
    said = await answer(page).locator(".notice p").inner_text()
    await expect(page.locator("#log")).to_contain_text(said)


async def test_an_answer_that_was_there_already_is_not_read_out_again(
    page: Page, parley: Parley, model: Model
) -> None:
    await start(page, parley.url, "Old news")
    await is_answered(page)
    await page.reload()
    await page.evaluate(RECORD)
    await expect(page.get_by_role("article").first).to_be_visible()
    assert await page.evaluate("window.heard.log") == []
    assert await page.locator("#log").inner_text() == ""
