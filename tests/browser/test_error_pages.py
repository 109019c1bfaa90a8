"""Pages that say what is wrong, in our colours and words."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.faults import Faults
from tests.browser.model import Model
from tests.browser.talk import is_answered, start
from tests.server.process import Parley


@pytest.mark.parametrize(
    "path", ["/nowhere/", "/chat/00000000-0000-0000-0000-000000000000/", "/chat/x/", "/agents/x/edit/"]
)
async def test_what_is_not_there_is_a_page_with_a_way_back(
    page: Page, parley: Parley, faults: Faults, path: str
) -> None:
    faults.expect("404")
    response = await page.goto(parley.url + path)
    assert response
    assert response.status == 404
    await expect(page.get_by_role("heading", level=1)).to_have_text("Not found")
    await page.get_by_role("link", name="To the start", exact=True).click()
    await expect(page.locator(".home")).to_be_visible()


async def test_another_site_may_change_nothing(page: Page, parley: Parley, faults: Faults) -> None:
    faults.expect("403")
    form = (
        f'<form method=post action="{parley.url}/settings/"><input name=theme value=dark><button>Win</button>'
    )
    await page.route(
        "http://elsewhere.example/", lambda route: route.fulfill(content_type="text/html", body=form)
    )
    await page.goto("http://elsewhere.example/")
    async with page.expect_navigation() as moved:
        await page.get_by_role("button", name="Win", exact=True).click()
    response = await moved.value
    assert response
    assert response.status == 403
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await expect(page.locator(".brand")).to_be_visible()


async def test_a_conversation_that_is_gone_is_said_where_one_pressed(
    page: Page, parley: Parley, model: Model, faults: Faults
) -> None:
    faults.expect("404")
    await start(page, parley.url, "Here today")
    await is_answered(page)
    await page.goto(parley.url)
    await (
        page.locator("#sidebar-list")
        .get_by_role("link", name="Here today", exact=True)
        .first.evaluate("(link) => (link.href = '/chat/00000000-0000-0000-0000-000000000000/')")
    )
    await page.locator("#sidebar-list").get_by_role("link", name="Here today", exact=True).first.click()
    await expect(page.locator("#notice")).not_to_be_empty()
    await expect(page.locator(".home")).to_be_visible()
