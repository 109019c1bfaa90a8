"""An agent asks before it acts: the card, its answers, by keyboard, in two tabs and across a restart."""

import asyncio

from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Browse, Serve
from tests.browser.faults import Faults
from tests.browser.pages import AGENT
from tests.browser.talk import answer, has_status, is_answered, start
from tests.browser.test_server_away import GONE
from tests.server.process import Parley

ASKED = AGENT.replace("1/", "4/")
SUM = "What is 12 * (3 + 4)?"


async def asks_first(page: Page, parley: Parley, agent: str = AGENT) -> None:
    """The agent, by default the first, gets the calculator, and has to ask before it uses it."""
    await page.goto(f"{parley.url}{agent}")
    await page.locator("input[name=tools][value=calculator]").check()
    await page.locator("[name=tool_policies-calculator]").select_option("ask")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.locator("[name=tool_policies-calculator]")).to_have_value("ask")


async def asks_another(page: Page, parley: Parley) -> str:
    """The first agent can ask another, which has to ask before it calculates; its name."""
    await asks_first(page, parley, ASKED)
    name = await page.locator("input[name=name]").input_value()
    await page.goto(f"{parley.url}{AGENT}")
    await page.locator("input[name=tools][value=ask_agent]").check()
    await page.locator("input[name=tools][value=calculator]").uncheck()
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.locator("input[name=tools][value=ask_agent]")).to_be_checked()
    return name


def card(page: Page) -> Locator:
    return answer(page).locator(".approval")


async def test_a_call_is_allowed_after_a_restart_and_in_both_tabs(
    browse: Browse, serve: Serve, faults: Faults
) -> None:
    faults.expect(*GONE)
    parley = await serve(OFFLINE_DELAY="0")
    page = await browse()
    await asks_first(page, parley)
    address = await start(page, parley.url, SUM)
    await expect(card(page)).to_contain_text("Allow “calculator”?")
    await expect(card(page)).to_contain_text("12 * (3 + 4)")
    await expect(page.locator("#status")).to_contain_text("Allow “calculator”?")
    await expect(page.get_by_role("button", name="Stop", exact=True)).to_be_visible()
    other = await page.context.new_page()
    await other.goto(address)
    await expect(card(other)).to_be_visible()

    parley.kill()
    await asyncio.to_thread(parley.start)
    await page.reload()
    await card(page).get_by_role("button", name="Allow once", exact=True).click()
    for tab in (page, other):
        await is_answered(tab)
        await expect(answer(tab)).to_contain_text("= 84")
        await expect(card(tab)).to_have_count(0)
    await answer(page).locator(".work > summary").click()
    await answer(page).locator(".work__row > summary").first.click()
    await expect(answer(page)).to_contain_text("allowed it once")


async def test_a_call_is_denied_with_a_reason_by_keyboard(browse: Browse, serve: Serve) -> None:
    parley = await serve(OFFLINE_DELAY="0")
    page = await browse()
    await asks_first(page, parley)
    await start(page, parley.url, SUM)
    reason = card(page).get_by_label("Reason for not allowing it")
    await reason.focus()
    await reason.press_sequentially("Do it in your head")
    await reason.press("Enter")  # in this field it can mean nothing else
    await is_answered(page)
    await expect(answer(page)).to_contain_text("You did not allow calculator")
    await answer(page).locator(".work > summary").click()
    await answer(page).locator(".work__row > summary").first.click()
    await expect(answer(page)).to_contain_text("Do it in your head")


async def test_always_is_not_asked_again_and_stop_ends_the_waiting(browse: Browse, serve: Serve) -> None:
    parley = await serve(OFFLINE_DELAY="0")
    page = await browse()
    await asks_first(page, parley)
    await start(page, parley.url, SUM)
    await expect(card(page)).to_be_visible()
    await page.get_by_role("button", name="Stop", exact=True).click()
    await has_status(page, "cancelled")
    await expect(card(page)).to_have_count(0)
    await start(page, parley.url, SUM)
    await card(page).get_by_role("button", name="Always for this agent", exact=True).click()
    await is_answered(page)
    await start(page, parley.url, SUM)
    await is_answered(page)
    await expect(answer(page)).to_contain_text("= 84")
    await expect(card(page)).to_have_count(0)


async def test_an_agent_that_was_asked_by_another_asks_in_both_tabs(browse: Browse, serve: Serve) -> None:
    parley = await serve(OFFLINE_DELAY="0")
    page = await browse()
    name = await asks_another(page, parley)
    address = await start(page, parley.url, f"Ask {name}: {SUM}")
    await expect(card(page)).to_contain_text(f"Allow “calculator” for {name}?")
    other = await page.context.new_page()
    await other.goto(address)
    await expect(card(other)).to_contain_text(f"Allow “calculator” for {name}?")
    await card(other).get_by_role("button", name="Allow once", exact=True).click()
    for tab in (page, other):
        await is_answered(tab)
        await expect(answer(tab)).to_contain_text("= 84")
        await expect(card(tab)).to_have_count(0)
