"""Making an agent, talking with it, changing and deleting it."""

from uuid import uuid4

from playwright.async_api import Page, expect

from tests.browser.faults import Faults
from tests.browser.model import Model
from tests.browser.talk import answer, is_answered, say
from tests.server.process import Parley


async def test_from_nothing_to_a_conversation_to_nothing(page: Page, parley: Parley, model: Model) -> None:
    name = f"Poet {uuid4().hex[:6]}"
    await page.goto(f"{parley.url}/agents/")
    await page.get_by_role("link", name="New agent", exact=True).first.click()
    await page.get_by_label("Name", exact=True).fill(name)
    await page.get_by_label("Instructions").fill("You rhyme.")
    await page.get_by_role("button", name="Create agent", exact=True).click()
    await page.goto(f"{parley.url}/agents/")
    await page.get_by_role("link", name=name, exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text(name)
    await say(page, "A rhyme, please")
    await is_answered(page)
    await expect(answer(page).get_by_role("heading", level=3)).to_have_text(name)

    await page.goto(f"{parley.url}/agents/")
    await page.get_by_role("link", name=f"Edit {name}", exact=True).click()
    await page.get_by_label("Instructions").fill("You rhyme in pairs.")
    await page.get_by_role("button", name="Save", exact=True).click()
    await (
        page.get_by_role("navigation", name=f"Pages of {name}")
        .get_by_role("link", name="Versions", exact=True)
        .click()
    )
    await expect(page.locator("ins")).to_contain_text("in pairs")

    await page.get_by_role("link", name="Settings", exact=True).click()
    await page.get_by_role("link", name="Delete…", exact=True).click()
    await expect(page.get_by_text("1 conversation", exact=True)).to_be_visible()
    await page.get_by_role("button", name="Delete", exact=True).click()
    await expect(page).to_have_url(f"{parley.url}/agents/")
    await expect(page.get_by_role("link", name=name, exact=True)).to_have_count(0)


async def test_models_of_the_server_are_offered(page: Page, parley: Parley) -> None:
    await page.goto(f"{parley.url}/agents/new/")
    await expect(page.locator("#model-names option[value='fake-large']")).to_be_attached()


async def test_what_is_wrong_is_said_at_its_field(page: Page, parley: Parley, faults: Faults) -> None:
    faults.expect("422")
    await page.goto(f"{parley.url}/agents/new/")
    await page.get_by_label("Instructions").fill("Kept text.")
    await page.get_by_role("button", name="Create agent", exact=True).click()
    await expect(page.get_by_text("Nothing is saved yet")).to_be_visible()
    await expect(page.get_by_label("Name", exact=True)).to_have_attribute("aria-invalid", "true")
    await expect(page.get_by_label("Instructions")).to_have_value("Kept text.")
