"""The first minute: no key, no network, a starter, an answer."""

from playwright.async_api import Page, expect

from tests.browser.conftest import Serve
from tests.browser.talk import CONVERSATION, answer, field, is_answered, questions
from tests.server.process import Parley


async def test_a_newcomer_picks_a_starter_and_is_answered(page: Page, serve: Serve) -> None:
    parley = await serve()
    await page.goto(parley.url)
    await expect(page.get_by_text("The built-in offline model answers")).to_be_visible()
    await expect(page.get_by_text("Your conversations will be listed here.")).to_be_visible()
    starter = page.locator(".starter").first
    said = await starter.inner_text()
    await starter.click()
    await expect(page).to_have_url(CONVERSATION)
    await expect(questions(page)).to_contain_text(said)
    await is_answered(page)
    await expect(answer(page)).to_contain_text("Answered by the offline model.")
    await expect(page.locator("#sidebar-list [aria-current=page]")).to_contain_text(said)


async def test_the_note_leads_to_how_a_real_model_is_set(page: Page, serve: Serve) -> None:
    parley = await serve()
    await page.goto(parley.url)
    await page.get_by_role("link", name="Use a real model", exact=True).click()
    await expect(page.get_by_role("heading", name="The model that answers")).to_be_in_viewport()
    await expect(page.get_by_text("OPENAI_BASE_URL=")).to_be_visible()


async def test_an_agent_is_picked_before_the_first_word(page: Page, parley: Parley) -> None:
    await page.goto(parley.url)
    picker = page.get_by_role("navigation", name="Agents")
    await picker.get_by_role("link", name="Study tutor", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Study tutor")
    await expect(field(page)).to_have_attribute("placeholder", "Message Study tutor")
