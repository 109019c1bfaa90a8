"""No page has a finding of axe that is serious or worse, in light and dark, with and without its dialogs."""

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.browser.conftest import Browse
from tests.browser.faults import Faults
from tests.browser.model import Model
from tests.browser.pages import PAGES
from tests.browser.talk import answer, field, has_status, is_answered, say, start
from tests.browser.test_markdown import RICH
from tests.server.process import Parley

SERIOUS = ("serious", "critical")


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest_asyncio.fixture(loop_scope="session")
async def page(browse: Browse, scheme: str) -> Page:
    return await browse(color_scheme=scheme, reduced_motion="reduce")


async def has_no_finding(page: Page) -> None:
    results = await Axe().run(page)
    found = [
        f"{violation['id']} ({violation['impact']}): {node['html'][:200]} {node.get('failureSummary', '')}"
        for violation in results.response["violations"]
        if violation["impact"] in SERIOUS
        for node in violation["nodes"]
    ]
    assert found == []


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
async def test_a_page_as_it_opens(page: Page, parley: Parley, path: str) -> None:
    await page.goto(parley.url + path)
    await has_no_finding(page)


async def test_a_conversation_with_all_that_an_answer_can_have(
    page: Page, parley: Parley, model: Model
) -> None:
    first, second, third = model.pens(3)
    await start(page, parley.url, "Everything, please")
    first.think("Let me think about it.")
    first.write(RICH, "\n\n> A quotation[^1] with `code`, ~~struck~~ and *more*.\n\n[^1]: A note.\n")
    await expect(answer(page)).to_contain_text("A quotation")
    await has_no_finding(page)
    first.end()
    await is_answered(page)
    await say(page, "And broken")
    second.write("Half")
    second.cut()
    await has_status(page, "error")
    await say(page, "And stopped")
    third.write("Half")
    await expect(answer(page)).to_contain_text("Half")
    await page.get_by_role("button", name="Stop", exact=True).click()
    await has_status(page, "cancelled")
    await page.locator("summary").first.click()
    await page.locator("article").first.hover()
    await has_no_finding(page)
    await field(page).fill("")
    await field(page).press("ArrowUp")
    await page.get_by_label("Your message in other words").wait_for()
    await has_no_finding(page)


async def test_the_dialogs(page: Page, parley: Parley, model: Model) -> None:
    await start(page, parley.url, "Dialogs")
    await is_answered(page)
    await page.keyboard.press("Control+k")
    await page.keyboard.type("dialogs")
    await page.locator("#palette-results a").first.wait_for()
    await has_no_finding(page)
    await page.keyboard.press("Control+k")
    await page.get_by_role("button", name="Actions for this conversation", exact=True).click()
    await page.get_by_role("menuitem", name="Rename", exact=True).wait_for()
    await has_no_finding(page)
    await page.get_by_role("menuitem", name="Rename", exact=True).click()
    await page.get_by_label("Title").wait_for()
    await has_no_finding(page)
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="Actions for this conversation", exact=True).click()
    await page.get_by_role("menuitem", name="Delete…", exact=True).click()
    await page.get_by_role("alertdialog").wait_for()
    await has_no_finding(page)
    await page.keyboard.press("Escape")
    await page.locator("body").evaluate("() => document.activeElement.blur()")
    await page.keyboard.press("?")
    await page.get_by_role("dialog", name="Keyboard").wait_for()
    await has_no_finding(page)


async def test_refusals_and_empty_results(page: Page, parley: Parley, model: Model, faults: Faults) -> None:
    faults.expect("404", "42[0-9]")
    await page.goto(f"{parley.url}/nowhere/")
    await has_no_finding(page)
    await page.goto(parley.url)
    await page.locator("#sidebar-search").fill("nothing is called this")
    await page.get_by_text("Nothing found").wait_for()
    await say(page, "x" * 10_001)
    await page.locator("#composer-error .notice").wait_for()
    await has_no_finding(page)


async def test_the_drawer_of_a_phone(browse: Browse, parley: Parley, scheme: str) -> None:
    page = await browse(color_scheme=scheme, viewport={"width": 360, "height": 740})
    await page.goto(parley.url)
    await has_no_finding(page)
    await page.get_by_role("button", name="Show the list", exact=True).click()
    await expect(page.get_by_role("navigation", name="Conversations")).to_be_in_viewport()
    await has_no_finding(page)


async def test_a_form_with_errors(page: Page, parley: Parley, faults: Faults) -> None:
    faults.expect("422")
    await page.goto(f"{parley.url}/agents/new/")
    await page.get_by_role("button", name="Create agent", exact=True).click()
    await page.get_by_text("Nothing is saved yet").wait_for()
    await has_no_finding(page)
