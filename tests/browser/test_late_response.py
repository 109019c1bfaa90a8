"""The answer of a request comes after what the socket has brought meanwhile: it takes nothing back."""

import asyncio

from playwright.async_api import Page, Route, expect

from tests.browser.model import Model
from tests.browser.talk import answer, answers, is_answered, questions, say, start
from tests.server.process import Parley

WATCH_FOR_WAITING = """() => {
  const look = () => {
    for (const one of document.querySelectorAll(".work__status--queued"))
      window.waited ||= one.checkVisibility();
  };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true });
}"""


async def hold(page: Page, path: str) -> asyncio.Event:
    """Keeps what the server answers to this path until the event is set."""
    seen = asyncio.Event()

    async def late(route: Route) -> None:
        response = await route.fetch()
        await seen.wait()
        await route.fulfill(response=response)

    await page.route(f"**/{path}/", late)
    return seen


async def test_a_sent_message_is_not_drawn_back_to_its_beginning(
    page: Page, parley: Parley, model: Model
) -> None:
    await start(page, parley.url, "First")
    await is_answered(page)
    seen = await hold(page, "messages")
    model.says("All of it.")
    await say(page, "Second")
    await expect(answer(page)).to_contain_text("All of it.")
    await is_answered(page)
    async with page.expect_response("**/messages/"):
        seen.set()
    await expect(page.locator("#composer-text")).to_have_value("")
    await expect(questions(page)).to_have_count(2)
    await expect(answers(page)).to_have_count(2)
    await is_answered(page)
    await expect(answer(page)).to_contain_text("All of it.")


async def test_nor_is_another_answer(page: Page, parley: Parley, model: Model) -> None:
    model.says("One.", "Two.")
    await start(page, parley.url, "Twice")
    await is_answered(page)
    seen = await hold(page, "retry")
    await answer(page).get_by_role("button", name="Answer again", exact=True).click()
    await expect(answer(page)).to_contain_text("Two.")
    await is_answered(page)
    async with page.expect_request_finished(lambda request: request.url.endswith("/retry/")):
        seen.set()
    await expect(answers(page)).to_have_count(1)
    await is_answered(page)
    await expect(answer(page)).to_contain_text("Two.")


async def test_what_waits_for_nothing_is_not_said_to_wait(page: Page, parley: Parley, model: Model) -> None:
    await start(page, parley.url, "First")
    await is_answered(page)
    waiting = page.get_by_text("Waiting for the answer before this one")
    await page.evaluate(WATCH_FOR_WAITING)
    await say(page, "Second")
    await expect(answers(page)).to_have_count(2)
    await is_answered(page)
    await expect(waiting).to_have_count(0)
    assert not await page.evaluate("window.waited")
