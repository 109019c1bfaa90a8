"""A transcript that is looked over before it is sent: nothing that was written or said is lost meanwhile."""

from urllib.parse import urljoin

from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Browse, Serve
from tests.browser.speaking import kept, microphone, send
from tests.browser.talk import field, questions
from tests.browser.test_voice import PATIENCE, is_transcribed

DRAFT = "Written before"
UNDERSTOOD = "This is what was understood"


async def looked_over(speaking: Browse, serve: Serve) -> Page:
    """A page with a draft, and over it what was said."""
    parley = await serve(VOICE_REVIEW="true", OFFLINE_DELAY="0")
    page = await speaking()
    await page.goto(parley.url)
    await field(page).fill(DRAFT)
    await send(page)
    await expect(kept(page)).to_contain_text(UNDERSTOOD, timeout=PATIENCE)
    await expect(field(page)).not_to_have_value(DRAFT)
    return page


def hands_free(page: Page) -> Locator:
    return page.locator(".composer__hands-free")


async def test_it_is_changed_and_sent_and_the_draft_comes_back(speaking: Browse, serve: Serve) -> None:
    page = await looked_over(speaking, serve)
    await expect(kept(page)).to_contain_text("comes back afterwards")
    await field(page).fill("What time is it, please?")
    await page.reload()
    await expect(kept(page)).to_contain_text(UNDERSTOOD)
    await expect(field(page)).to_have_value("What time is it, please?")
    await field(page).press("Enter")
    await is_transcribed(page)
    await expect(questions(page)).to_contain_text("What time is it, please?")
    await expect(kept(page)).to_have_count(0)
    await page.goto(urljoin(page.url, "/"))
    await expect(field(page)).to_have_value(DRAFT)
    await expect(kept(page)).to_have_count(0)


async def test_nothing_else_is_recorded_until_it_is_thrown_away(speaking: Browse, serve: Serve) -> None:
    page = await looked_over(speaking, serve)
    await expect(microphone(page)).to_be_disabled()
    await expect(hands_free(page)).to_be_disabled()
    async with page.expect_response(lambda answer: answer.request.method == "DELETE") as dropped:
        await kept(page).get_by_role("button", name="Discard").click()
    assert (await dropped.value).status == 204
    await expect(field(page)).to_have_value(DRAFT)
    await expect(microphone(page)).to_be_enabled()
    await expect(hands_free(page)).to_be_enabled()
    await page.reload()
    await expect(field(page)).to_have_value(DRAFT)
    await expect(kept(page)).to_have_count(0)


async def test_another_agent_is_sent_the_recording_and_never_the_mere_words(
    speaking: Browse, serve: Serve
) -> None:
    page = await looked_over(speaking, serve)
    async with page.expect_response(lambda answer: answer.request.method == "DELETE") as dropped:
        await page.locator(".picker__agent:not([aria-current])").first.click()
    assert (await dropped.value).status == 204
    await expect(kept(page)).to_contain_text("has not been sent")
    await expect(field(page)).to_have_value(DRAFT)
    await kept(page).get_by_role("button", name="Send again").click()
    await expect(kept(page)).to_contain_text(UNDERSTOOD, timeout=PATIENCE)
    await field(page).press("Enter")
    await is_transcribed(page)
