"""The server goes away and comes back: nothing that was written is lost, and answers go on."""

import asyncio

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Browse, Serve
from tests.browser.faults import Faults
from tests.browser.model import Model
from tests.browser.talk import answer, answers, field, is_answered, questions, say, start, stored_text
from tests.server.process import Parley
from tests.upstream import FakeUpstream

GONE = (
    "ERR_CONNECTION_REFUSED",
    "ERR_EMPTY_RESPONSE",
    "ERR_CONNECTION_RESET",
    "WebSocket connection",
    "Failed to fetch",
    "htmx:ws:error",
)

RECORD = """() => {
  const line = document.getElementById("connection");
  new MutationObserver(() => (window.said ||= !line.hidden)).observe(line, { attributes: true });
}"""


@pytest.fixture(autouse=True)
def _faults_of_a_server_that_is_away(faults: Faults) -> None:
    faults.expect(*GONE)


async def begin(page: Page, serve: Serve, upstream: FakeUpstream) -> Parley:
    parley = await serve(OPENAI_BASE_URL=upstream.base_url)
    await start(page, parley.url, "Before")
    await is_answered(page)
    return parley


async def test_a_line_says_that_it_is_away_until_it_is_back(
    page: Page, serve: Serve, upstream: FakeUpstream, model: Model
) -> None:
    parley = await begin(page, serve, upstream)
    line = page.locator("#connection")
    await expect(line).not_to_be_visible()
    parley.kill()
    await expect(line).to_be_visible()
    await expect(line).to_have_text("Reconnecting…")
    await asyncio.to_thread(parley.start)
    await expect(line).not_to_be_visible(timeout=15_000)
    await say(page, "After")
    await expect(answers(page)).to_have_count(2)
    await is_answered(page)


async def test_a_short_absence_is_not_worth_a_word(
    page: Page, serve: Serve, upstream: FakeUpstream, model: Model
) -> None:
    await begin(page, serve, upstream)
    await page.evaluate(RECORD)
    async with page.expect_websocket():
        await page.evaluate("() => document.getElementById('live')._htmx.ws.connection.socket.close()")
    await say(page, "Still here?")
    await expect(answers(page)).to_have_count(2)
    await is_answered(page)
    assert not await page.evaluate("window.said")


async def test_what_is_sent_meanwhile_stays_and_is_sent_once_when_it_is_back(
    page: Page, serve: Serve, upstream: FakeUpstream, model: Model
) -> None:
    parley = await begin(page, serve, upstream)
    parley.kill()
    await say(page, "Into the void")
    await expect(page.locator("#composer-error")).to_contain_text("Your text is still here")
    await expect(field(page)).to_have_value("Into the void")
    await field(page).press("Enter")
    await asyncio.to_thread(parley.start)
    await field(page).press("Enter")
    await expect(questions(page)).to_have_count(2)
    await expect(field(page)).to_have_value("")
    await expect(page.locator("#composer-error")).to_be_empty()
    await is_answered(page)


async def test_an_answer_that_was_cut_off_by_a_crash_goes_on_in_the_open_page(
    page: Page, serve: Serve, upstream: FakeUpstream, model: Model
) -> None:
    parley = await begin(page, serve, upstream)
    first, second = model.pens(2)
    await say(page, "Survive")
    first.write("This was before")
    await expect(answer(page)).to_contain_text("This was before")
    parley.kill()
    await asyncio.to_thread(parley.start)
    second.write(", this came after.")
    second.end()
    await expect(answer(page)).to_contain_text("this came after.", timeout=30_000)
    await is_answered(page)
    assert await stored_text(page) == "This was before, this came after."
    await expect(answer(page)).to_contain_text("The server was interrupted")


async def test_a_session_page_that_is_asked_for_meanwhile_says_that_nobody_is_there(
    browse: Browse, serve: Serve, upstream: FakeUpstream, model: Model
) -> None:
    page = await browse(service_workers="allow")
    parley = await begin(page, serve, upstream)
    await page.reload()
    await page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    parley.kill()
    await page.goto(parley.url)
    await expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    await asyncio.to_thread(parley.start)
    await page.get_by_role("link", name="Try again", exact=True).click()
    await expect(page.locator(".home")).to_be_visible()
