"""The list of conversations: what is in it, and what can be done with each."""

from uuid import uuid4

from playwright.async_api import Locator, Page, expect

from tests.browser.model import Model
from tests.browser.talk import field, is_answered, start
from tests.server.process import Parley


def name() -> str:
    """One that no other test has."""
    return f"List {uuid4().hex[:8]}"


def row(page: Page, title: str) -> Locator:
    return page.locator("#sidebar-list .row").filter(has_text=title)


async def menu(page: Page, title: str, item: str) -> None:
    await row(page, title).hover()
    await row(page, title).get_by_role("button").click()
    await page.get_by_role("menuitem", name=item, exact=True).click()


async def test_a_new_conversation_appears_by_its_first_words_on_every_page(
    page: Page, parley: Parley, model: Model
) -> None:
    other = await page.context.new_page()
    await other.goto(f"{parley.url}/agents/")
    await other.goto(parley.url)
    title = name()
    await start(page, parley.url, f"{title}\nand more")
    await expect(row(page, title).locator("[aria-current=page]")).to_be_visible()
    await expect(row(other, title)).to_be_visible()
    await expect(other.locator("[aria-current=page]").filter(has_text=title)).to_have_count(0)
    await expect(page).to_have_title(f"{title} and more – Parley")  # noqa: RUF001 (our titles have a dash)


async def test_the_open_conversation_is_marked_when_one_goes_from_one_to_another(
    page: Page, parley: Parley, model: Model
) -> None:
    first, second = name(), name()
    await start(page, parley.url, first)
    await is_answered(page)
    await start(page, parley.url, second)
    await is_answered(page)
    await row(page, first).get_by_role("link").click()
    await expect(page.locator("article").first).to_contain_text(first)
    await expect(page.locator("#sidebar [aria-current=page]")).to_have_count(1)
    await expect(row(page, first).locator("[aria-current=page]")).to_be_visible()
    await page.go_back()
    await expect(page.locator("article").first).to_contain_text(second)
    await expect(row(page, second).locator("[aria-current=page]")).to_be_visible()


async def test_it_is_renamed(page: Page, parley: Parley, model: Model) -> None:
    old, new = name(), name()
    await start(page, parley.url, old)
    await is_answered(page)
    await menu(page, old, "Rename")
    dialog = page.get_by_role("dialog", name="Rename the conversation")
    await expect(dialog.get_by_label("Title")).to_have_value(old)
    await dialog.get_by_label("Title").fill("")
    await dialog.get_by_label("Title").fill(new)
    await dialog.get_by_role("button", name="Save", exact=True).click()
    await expect(dialog).not_to_be_visible()
    await expect(row(page, new)).to_be_visible()
    await expect(row(page, new).locator("[aria-current=page]")).to_be_visible()
    await expect(row(page, old)).to_have_count(0)


async def test_a_name_of_nothing_is_refused(page: Page, parley: Parley, model: Model, faults) -> None:
    faults.expect("42[0-9]")
    title = name()
    await start(page, parley.url, title)
    await is_answered(page)
    await menu(page, title, "Rename")
    dialog = page.get_by_role("dialog", name="Rename the conversation")
    await dialog.get_by_label("Title").fill("  ")
    await page.keyboard.press("Enter")
    await expect(dialog.locator("#rename-error")).to_contain_text("needs a title")
    await dialog.get_by_role("button", name="Cancel", exact=True).click()
    await expect(row(page, title)).to_be_visible()


async def test_it_is_pinned_above_the_others(page: Page, parley: Parley, model: Model) -> None:
    first, second = name(), name()
    for title in (first, second):
        await start(page, parley.url, title)
        await is_answered(page)
    await menu(page, first, "Pin")
    pinned = page.locator("#sidebar-list section").filter(has=page.get_by_role("heading", name="Pinned"))
    await expect(pinned).to_contain_text(first)
    await expect(pinned).not_to_contain_text(second)
    await page.reload()
    await expect(pinned).to_contain_text(first)
    await menu(page, first, "Unpin")
    await expect(pinned.filter(has_text=first)).to_have_count(0)


async def test_it_goes_into_the_archive_and_comes_back(page: Page, parley: Parley, model: Model) -> None:
    title = name()
    await start(page, parley.url, title)
    await is_answered(page)
    await menu(page, title, "Archive")
    await expect(row(page, title)).to_have_count(0)
    await page.get_by_role("button", name="Archive", exact=True).click()
    archived = page.locator("#sidebar-found .row").filter(has_text=title)
    await expect(archived).to_be_visible()
    await archived.hover()
    await archived.get_by_role("button").click()
    await page.get_by_role("menuitem", name="Take out of the archive", exact=True).click()
    await expect(archived).to_have_count(0)
    await page.get_by_role("button", name="Archive", exact=True).click()
    await expect(row(page, title)).to_be_visible()


async def test_it_is_deleted_only_after_a_question(page: Page, parley: Parley, model: Model) -> None:
    title = name()
    url = await start(page, parley.url, title)
    await is_answered(page)
    question = page.get_by_role("alertdialog", name="Delete this conversation?")
    await menu(page, title, "Delete…")
    await expect(question).to_contain_text(title)
    await expect(question.get_by_role("button", name="Cancel", exact=True)).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(question).not_to_be_visible()
    await expect(row(page, title)).to_be_visible()
    await menu(page, title, "Delete…")
    await question.get_by_role("button", name="Delete", exact=True).click()
    await expect(page).to_have_url(f"{parley.url}/")
    await expect(row(page, title)).to_have_count(0)
    await expect(field(page)).to_be_visible()
    assert (await page.request.get(url)).status == 404


async def test_it_is_found_by_title_and_by_text(page: Page, parley: Parley, model: Model) -> None:
    title = name()
    word = f"word{uuid4().hex[:6]}"
    model.says(f"Here is a {word} in the answer.")
    await start(page, parley.url, title)
    await is_answered(page)
    search, found = page.locator("#sidebar-search"), page.locator("#sidebar-found")
    for query in (title, word):
        await search.fill(query)
        await expect(found.locator(".row")).to_have_count(1)
        await expect(found).to_contain_text(title)
    await search.fill("nothing has this")
    await expect(found).to_contain_text("Nothing found for “nothing has this”.")
    await search.press("Escape")
    await expect(found).to_be_empty()
    await expect(search).to_have_value("")
    await expect(row(page, title)).to_be_visible()


async def test_it_can_be_put_away(page: Page, parley: Parley) -> None:
    await page.goto(parley.url)
    sidebar = page.get_by_role("navigation", name="Conversations")
    await page.keyboard.press("Control+b")
    await expect(sidebar).not_to_be_in_viewport()
    await page.reload()
    await expect(sidebar).not_to_be_in_viewport()
    await page.get_by_role("button", name="Show the list", exact=True).click()
    await expect(sidebar).to_be_in_viewport()
