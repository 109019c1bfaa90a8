"""The page of webhooks: one that is to go is asked about first."""

from playwright.async_api import Dialog, Page, expect

from tests.server.process import Parley

ADDRESS = "https://hooks.example.org/asked"


async def test_a_webhook_goes_when_its_owner_says_so_again(page: Page, parley: Parley) -> None:
    await page.goto(f"{parley.url}/settings/webhooks/")
    await page.locator("[name=url]").fill(ADDRESS)
    await page.locator("[name=events]").first.check()
    await page.get_by_role("button", name="Make it", exact=True).click()
    await page.goto(f"{parley.url}/settings/webhooks/")

    asked: list[str] = []

    async def no(dialog: Dialog) -> None:
        asked.append(dialog.message)
        await dialog.dismiss()

    page.once("dialog", no)
    delete = page.get_by_role("button", name=f"Delete {ADDRESS}", exact=True)
    await delete.click()
    await expect(delete).to_be_visible()
    assert len(asked) == 1
    assert ADDRESS in asked[0]
    await page.reload()
    await expect(delete).to_be_visible()

    page.once("dialog", lambda dialog: dialog.accept())
    await delete.click()
    await expect(page.get_by_role("main").get_by_role("status")).to_contain_text("The webhook is deleted.")
    await expect(delete).to_have_count(0)
    await expect(page.get_by_role("main")).to_have_count(1)
