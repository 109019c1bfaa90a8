"""The administration, reached from the settings, with our name and a readable run."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.model import Model
from tests.browser.talk import is_answered, start
from tests.server.process import Parley

LISTS = [
    "agents/agent",
    "agents/run",
    "agents/promptversion",
    "chat/conversation",
    "chat/message",
    "accounts/user",
]


async def test_the_settings_lead_there(page: Page, parley: Parley) -> None:
    await page.goto(f"{parley.url}/settings/")
    await page.get_by_role("link", name="Administration", exact=True).click()
    await expect(page.locator("#site-name")).to_have_text("Parley")


@pytest.mark.parametrize("name", LISTS)
async def test_each_list_opens_and_searches(page: Page, parley: Parley, name: str, faults) -> None:
    await page.goto(f"{parley.url}/admin/")
    link = page.locator(f"a[href='/admin/{name}/']").first
    if not await link.count():
        pytest.skip("shown with what it belongs to")
    await link.click()
    await expect(page.locator("#changelist")).to_be_visible()


async def test_a_run_shows_what_happened(page: Page, parley: Parley, model: Model) -> None:
    model.says("Seen in the log.")
    await start(page, parley.url, "Leave a trace")
    await is_answered(page)
    await page.goto(f"{parley.url}/admin/agents/run/")
    await page.locator("#result_list tbody th a").first.click()
    await expect(page.locator("#content")).to_contain_text("Seen in the log.")
