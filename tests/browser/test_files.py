"""The files of a conversation in a page: found, fetched, never run, deleted; and the sources beside."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.conftest import Browse
from tests.browser.rows import answer_with_files, saver
from tests.browser.talk import answer, is_answered, say, start
from tests.browser.test_accessibility import has_no_finding
from tests.server.process import Parley

NOTES = ("notes.md", "Tea \u2013 hot")
PAGE = ("page.html", "<!doctype html><script>document.title = 'ran'; fetch('/ran')</script>")
DRAWING = ("drawing.svg", "<svg xmlns='http://www.w3.org/2000/svg'><script>fetch('/ran')</script></svg>")


async def filed(parley: Parley, *files: tuple[str, str]) -> str:
    return await asyncio.to_thread(answer_with_files, parley, *files)


@pytest_asyncio.fixture(loop_scope="session")
async def saving(page: Page, parley: Parley) -> AsyncIterator[str]:
    """Where a conversation begins with an agent that saves files. It goes: others would talk with it next."""
    place = await asyncio.to_thread(saver, parley)
    yield place
    gone = await page.request.delete(f"{parley.url}/api/agents/{place.rpartition('=')[2]}")
    assert gone.status == 204


async def open_menu(page: Page) -> None:
    await page.get_by_role("button", name="Actions for this conversation").click()


async def open_files(page: Page) -> None:
    await open_menu(page)
    await page.get_by_role("menuitem", name="Files").click()
    await expect(page.get_by_role("dialog")).to_be_visible()


async def test_a_file_is_fetched_from_under_its_answer(page: Page, parley: Parley) -> None:
    await page.goto(await filed(parley, NOTES))
    async with page.expect_download() as fetched:
        await answer(page).get_by_role("link", name="notes.md").click()
    download = await fetched.value
    assert download.suggested_filename == "notes.md"
    kept = Path(await download.path())
    assert await asyncio.to_thread(kept.read_text, "utf-8") == NOTES[1]


async def test_the_menu_says_how_many_there_are_and_a_deleted_one_is_gone_in_both_tabs(
    page: Page, parley: Parley
) -> None:
    url = await filed(parley, NOTES, ("drafts/letter.md", "Dear"))
    other = await page.context.new_page()
    for one in (page, other):
        await one.goto(url)
        await open_menu(one)
        await expect(one.get_by_role("menuitem", name="Files (2)")).to_be_visible()
    await page.get_by_role("menuitem", name="Files (2)").click()
    page.on("dialog", lambda question: question.accept())
    await page.get_by_role("button", name="Delete drafts/letter.md").click()
    await expect(page.locator(".files__row")).to_have_count(1)
    await other.keyboard.press("Escape")
    await expect(other.locator("#conversation-files")).to_have_attribute("data-count", "1")
    await open_menu(other)
    await expect(other.get_by_role("menuitem", name="Files (1)")).to_be_visible()


async def test_a_file_appears_in_both_tabs_when_it_is_saved(page: Page, saving: str) -> None:
    url = await start(page, saving, "Hello")
    await is_answered(page)
    other = await page.context.new_page()
    await other.goto(url)
    await say(page, "Save the following as drafts/tea.md:\nGreen")
    for one in (page, other):
        await expect(answer(one).get_by_role("link", name="drafts/tea.md")).to_be_visible()
        await expect(one.locator("#conversation-files")).to_have_attribute("data-count", "1")
        await is_answered(one)
    live = await answer(page).inner_html()
    await page.reload()
    await expect(answer(page).get_by_role("link", name="drafts/tea.md")).to_be_visible()
    assert await answer(page).inner_html() == live
    await say(page, 'Save "Black" as drafts/tea.md')
    for one in (page, other):
        await expect(answer(one)).to_contain_text("Replaced drafts/tea.md")
        await expect(one.locator("#conversation-files")).to_have_attribute("data-count", "1")


async def test_without_files_the_menu_has_no_item_for_them(page: Page, parley: Parley) -> None:
    await page.goto(await filed(parley))
    await open_menu(page)
    await expect(page.get_by_role("menuitem", name="Rename")).to_be_visible()
    await expect(page.get_by_role("menuitem", name="Files")).to_have_count(0)


@pytest.mark.parametrize("file", [PAGE, DRAWING], ids=["page", "drawing"])
async def test_a_page_that_a_model_wrote_is_saved_and_never_shown(
    page: Page, parley: Parley, file: tuple[str, str]
) -> None:
    await page.goto(await filed(parley, file))
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    link = answer(page).get_by_role("link", name=file[0])
    before = page.url
    await link.evaluate("link => link.removeAttribute('download')")  # as typed into the address bar
    async with page.expect_download() as fetched:
        await link.click()
    await (await fetched.value).path()
    assert page.url == before
    assert not [url for url in asked if re.search("/ran$", url)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_files_and_sources_have_no_finding_of_axe(browse: Browse, parley: Parley, scheme: str) -> None:
    page = await browse(color_scheme=scheme, reduced_motion="reduce")
    await page.goto(await filed(parley, NOTES))
    await page.get_by_text("Opening hours").click()
    await expect(page.get_by_text("Open from 13:00.")).to_be_visible()
    await has_no_finding(page)
    await open_files(page)
    await has_no_finding(page)


async def test_nothing_is_wider_than_a_phone(browse: Browse, parley: Parley) -> None:
    page = await browse(viewport={"width": 360, "height": 740})
    await page.goto(await filed(parley, ("a-name-" * 12 + "/" + "b-name-" * 12 + ".md", "Tea")))
    for open_it in (answer(page).click, lambda: open_files(page)):
        await open_it()
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360
