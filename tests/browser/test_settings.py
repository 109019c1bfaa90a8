"""Settings: colours, language, name; they hold at once and after a reload."""

import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.conftest import Serve
from tests.browser.talk import is_answered, start
from tests.server.process import Parley

BACKGROUND = "() => getComputedStyle(document.body).backgroundColor"


def lightness(colour: str) -> int:
    return sum(int(part) for part in colour.strip("rgba()").split(",")[:3])


@pytest_asyncio.fixture(loop_scope="session")
async def parley(serve: Serve) -> Parley:
    """One of its own: settings are the person's, and the person is the same in all tests."""
    return await serve(OFFLINE_DELAY="0")


async def test_colours_are_those_chosen_else_those_of_the_system(page: Page, parley: Parley) -> None:
    async def background() -> int:
        return lightness(await page.evaluate(BACKGROUND))

    await page.goto(f"{parley.url}/settings/")
    for choice, scheme, is_dark in (
        ("Dark", "light", True),
        ("Light", "dark", False),
        ("Same as the device", "dark", True),
        ("Same as the device", "light", False),
    ):
        await page.emulate_media(color_scheme=scheme)
        await page.locator("label.choice").filter(has_text=choice).click()
        assert (await background() < 200) == is_dark, "at once"
        await page.get_by_role("button", name="Save", exact=True).click()
        await expect(page.get_by_role("status").filter(has_text="aved")).to_be_visible()
        await page.goto(parley.url)
        assert (await background() < 200) == is_dark, "on every page"
        await page.goto(f"{parley.url}/settings/")


async def test_german_is_spoken_everywhere_live_too(page: Page, parley: Parley) -> None:
    await page.goto(f"{parley.url}/settings/")
    await page.get_by_label("Language").select_option("de")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Einstellungen")
    await expect(page.locator("html")).to_have_attribute("lang", "de")
    await start(page, parley.url, "Hallo")
    await is_answered(page)
    await expect(
        page.locator("article").last.get_by_role("button", name="Kopieren", exact=True).first
    ).to_be_attached()
    await expect(page.locator("#sidebar-list")).to_contain_text("Heute")


async def test_a_name_is_what_one_is_called(page: Page, parley: Parley) -> None:
    await page.goto(f"{parley.url}/settings/")
    await page.get_by_label("Name").fill("Ada L.")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.locator("#sidebar")).to_contain_text("Ada L.")
    await start(page, parley.url, "Who am I?")
    await expect(page.locator("article.message--user h3")).to_have_text("Ada L.")


async def test_times_are_those_of_the_readers_zone_from_the_second_page_on(
    page: Page, parley: Parley
) -> None:
    await page.goto(parley.url)
    await start(page, parley.url, "What time is it?")
    await is_answered(page)
    for time in await page.locator("article time").all():
        stamp = await time.get_attribute("datetime")
        assert stamp
        assert stamp.endswith(("+01:00", "+02:00")), "the browser is in Berlin"


async def test_a_key_is_shown_once_and_revoked(page: Page, parley: Parley) -> None:
    await page.goto(f"{parley.url}/settings/")
    await page.get_by_text("New key", exact=True).click()
    await page.get_by_label("Which program it is for").fill("Notes")
    await page.get_by_role("button", name="Make the key").click()
    programs = page.locator("#programs")
    written = await programs.locator(".code code").inner_text()
    calls = page.context.request
    key = {"Authorization": f"Bearer {written}"}
    assert (await calls.get(f"{parley.url}/api/agents", headers=key)).status == 200
    await expect(programs.get_by_role("button", name="Copy")).to_be_focused()
    await page.reload()
    await expect(programs).to_contain_text("Notes")
    await expect(programs).not_to_contain_text(written)
    page.on("dialog", lambda dialog: dialog.accept())
    await programs.get_by_role("button", name="Revoke Notes").click()
    await expect(programs.get_by_role("status")).to_contain_text("is revoked")
    assert (await calls.get(f"{parley.url}/api/agents", headers=key)).status == 401
