"""Two tabs, two devices: the same words at the same time."""

from playwright.async_api import Page, expect

from tests.browser.conftest import Browse
from tests.browser.model import Model
from tests.browser.talk import answer, answers, field, has_status, is_answered, questions, say, start
from tests.server.process import Parley


async def test_both_show_the_same_live_and_at_the_end(page: Page, parley: Parley, model: Model) -> None:
    pen = model.pen()
    url = await start(page, parley.url, "Show it to both")
    other = await page.context.new_page()
    await other.goto(url)
    for piece in ("Both ", "see ", "**this**", "."):
        pen.write(piece)
        for one in (page, other):
            await expect(answer(one)).to_contain_text(piece.strip(" *"))
    pen.end()
    for one in (page, other):
        await is_answered(one)
    drawn = [await one.locator("#messages").inner_html() for one in (page, other)]
    assert drawn[0] == drawn[1]


async def test_a_message_of_one_appears_in_the_other(
    page: Page, browse: Browse, parley: Parley, model: Model
) -> None:
    url = await start(page, parley.url, "Here")
    await is_answered(page)
    phone = await browse(viewport={"width": 360, "height": 740})
    await phone.goto(url)
    await field(page).fill("half a thought")
    pen = model.pen()
    await say(phone, "From the phone")
    await expect(questions(page)).to_have_count(2)
    await expect(questions(page).last).to_contain_text("From the phone")
    pen.write("To both")
    await expect(answer(page)).to_contain_text("To both")
    await expect(field(page)).to_have_value("half a thought")
    await page.get_by_role("button", name="Stop", exact=True).click()
    await has_status(phone, "cancelled")
    await has_status(page, "cancelled")
    await expect(answers(phone)).to_have_count(2)


async def test_a_conversation_that_is_deleted_elsewhere_leaves_its_page(
    page: Page, parley: Parley, model: Model
) -> None:
    await start(page, parley.url, "Soon gone")
    await is_answered(page)
    other = await page.context.new_page()
    await other.goto(page.url)
    await other.get_by_role("button", name="Actions for this conversation", exact=True).click()
    await other.get_by_role("menuitem", name="Delete…", exact=True).click()
    await other.get_by_role("button", name="Delete", exact=True).click()
    for one in (other, page):
        await expect(one).to_have_url(f"{parley.url}/")
    await expect(page.locator("#notice")).to_contain_text("This conversation does not exist any more")
    await expect(other.locator("#notice")).to_be_empty()
    await expect(page.locator("#sidebar-list")).not_to_contain_text("Soon gone")
