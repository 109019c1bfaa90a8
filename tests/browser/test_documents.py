"""Giving an agent documents in its page: chosen or dropped, read, cited, refused by name, deleted."""

import base64
from collections.abc import Awaitable, Callable
from uuid import uuid4

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Browse
from tests.browser.faults import Faults
from tests.browser.talk import answer, is_answered, say
from tests.browser.test_accessibility import has_no_finding
from tests.browser.test_targets import all_are_large_enough
from tests.server.process import Parley

RULES = b"# Rules of the library\n\nBooks are lent for three weeks. A film is lent for two days.\n"
MARKDOWN = {"name": "rules.md", "mimeType": "text/markdown", "buffer": RULES}
PICTURE = {"name": "picture.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n\x00\x00"}

#: Files from the desk, over the element and let go.
DROP = """(zone, [name, data]) => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([Uint8Array.from(atob(data), (one) => one.charCodeAt())], name));
  for (const type of ["dragover", "drop"]) {
    zone.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
  }
}"""

NewAgent = Callable[[Page, Parley], Awaitable[str]]


@pytest_asyncio.fixture(loop_scope="session")
async def new_agent() -> NewAgent:
    async def made(page: Page, parley: Parley) -> str:
        """An agent of the test's own; the page is its form. Returns its name."""
        name = f"Librarian {uuid4().hex[:6]}"
        await page.goto(f"{parley.url}/agents/new/")
        await expect(page.get_by_text("Documents can be added once the agent is saved.")).to_be_visible()
        await page.get_by_label("Name", exact=True).fill(name)
        await page.get_by_label("Instructions").fill("You know the library.")
        await page.get_by_role("button", name="Create agent", exact=True).click()
        await page.goto(f"{parley.url}/agents/")
        await page.get_by_role("link", name=f"Edit {name}", exact=True).click()
        await expect(page.get_by_role("heading", name="Knowledge")).to_be_visible()
        return name

    return made


def row(page: Page, name: str) -> Locator:
    return page.locator(".document").filter(has_text=name)


async def is_ready(page: Page, name: str) -> None:
    await expect(row(page, name).locator(".document__status")).to_have_text("ready", timeout=30_000)


async def choose(page: Page, *files: dict[str, object]) -> None:
    await page.get_by_label("Choose files, or drop them here").set_input_files(list(files))


async def test_from_a_file_to_an_answer_that_cites_it_to_nothing(
    page: Page, offline: Parley, new_agent: NewAgent
) -> None:
    name = await new_agent(page, offline)
    form = page.url
    await choose(page, MARKDOWN)
    await is_ready(page, "rules.md")
    await expect(row(page, "rules.md")).to_contain_text("1 passage")
    await expect(page.locator("#documents-again")).to_have_count(0)

    await page.goto(f"{offline.url}/agents/")
    await expect(page.locator(".agent-card").filter(has_text=name)).to_contain_text("1 document")
    await page.get_by_role("link", name=name, exact=True).click()
    await say(page, "For how long are books lent?")
    await is_answered(page)
    await expect(answer(page).locator(".prose")).to_contain_text("Books are lent for three weeks")
    await expect(answer(page).locator(".source__title")).to_have_text("rules.md")

    await page.goto(form)
    page.on("dialog", lambda question: question.accept())
    await page.get_by_role("button", name="Delete rules.md").click()
    await expect(page.locator(".document")).to_have_count(0)
    await page.reload()
    await expect(page.locator(".document")).to_have_count(0)


async def test_a_dropped_one_is_taken_and_what_is_written_in_the_form_stays(
    page: Page, offline: Parley, new_agent: NewAgent
) -> None:
    await new_agent(page, offline)
    await page.get_by_label("Instructions").fill("Not saved yet.")
    await page.locator(".drop__zone").evaluate(DROP, ["dropped.md", base64.b64encode(RULES).decode()])
    await is_ready(page, "dropped.md")
    await expect(page.get_by_label("Instructions")).to_have_value("Not saved yet.")


async def test_what_is_refused_is_named_beside_what_is_taken(
    page: Page, offline: Parley, new_agent: NewAgent, faults: Faults
) -> None:
    faults.expect("422")
    await new_agent(page, offline)
    await page.locator("agent-documents").evaluate("(one) => (one.dataset.most = '1000')")
    large = {"name": "large.txt", "mimeType": "text/plain", "buffer": b"x" * 1001}
    await choose(page, PICTURE, large, MARKDOWN)
    refusals = page.locator("#document-refusals")
    await expect(refusals).to_contain_text("large.txt A document has at most")
    await expect(refusals).to_contain_text("“picture.png” cannot be read.")
    await is_ready(page, "rules.md")
    await expect(page.locator(".document")).to_have_count(1)
    await expect(refusals.locator(".notice")).to_have_count(2)
    await choose(page, MARKDOWN)
    await expect(refusals.locator(".notice")).to_have_count(0)


async def test_one_that_does_not_arrive_is_named(
    page: Page, offline: Parley, new_agent: NewAgent, faults: Faults
) -> None:
    faults.expect("ERR_FAILED")
    await new_agent(page, offline)
    await page.route("**/documents/", lambda route: route.abort())
    await choose(page, MARKDOWN)
    await expect(page.locator("#document-refusals")).to_contain_text("rules.md The server did not take it.")
    await expect(page.locator(".knowledge__sending")).to_be_hidden()


async def test_it_works_by_keyboard(page: Page, offline: Parley, new_agent: NewAgent) -> None:
    # Long before it is needed: a dialog that opens before the browser knows that somebody answers it is lost.
    page.on("filechooser", lambda chooser: chooser.set_files([MARKDOWN]))
    page.on("dialog", lambda question: question.accept())
    await new_agent(page, offline)
    await expect(page.locator(".drop__send")).to_be_hidden()  # the script is there
    await page.get_by_label("Choose files, or drop them here").press("Enter")
    await is_ready(page, "rules.md")
    await page.get_by_role("button", name="Delete rules.md").press("Enter")
    await expect(page.locator(".document")).to_have_count(0)
    await expect(page.get_by_label("Choose files, or drop them here")).to_be_focused()


async def test_it_works_without_scripts(browse: Browse, offline: Parley, new_agent: NewAgent) -> None:
    scripted = await browse()
    await new_agent(scripted, offline)
    page = await browse(java_script_enabled=False)
    await page.goto(scripted.url)
    await choose(page, MARKDOWN)
    await page.get_by_role("button", name="Add documents").click()
    await expect(page.get_by_text("The documents are there and will be read now.")).to_be_visible()
    await page.get_by_role("button", name="Delete rules.md").click()
    await expect(page.locator(".document")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_rows_and_refusals_are_accessible_and_large_enough(
    browse: Browse, offline: Parley, new_agent: NewAgent, faults: Faults, scheme: str
) -> None:
    faults.expect("422")
    page = await browse(
        color_scheme=scheme, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True
    )
    await new_agent(page, offline)
    long = {"name": f"{'a-very-long-name-' * 8}.md", "mimeType": "text/markdown", "buffer": b"Else"}
    await choose(page, MARKDOWN, PICTURE, long)
    await is_ready(page, "a-very-long-name")
    await expect(page.locator("#document-refusals")).to_contain_text("“picture.png” cannot be read.")
    await has_no_finding(page)
    await all_are_large_enough(page)
    assert await page.evaluate("document.documentElement.scrollWidth") == 360
