"""What a thumb has to hit on a phone is 44 pixels high and wide, as WCAG 2.5.5 has it."""

from contextlib import suppress

import pytest
import pytest_asyncio
from playwright.async_api import Page, TimeoutError, expect

from tests.browser.conftest import Browse, Serve
from tests.browser.model import Model
from tests.browser.pages import PAGES
from tests.browser.rows import answer_with_files
from tests.browser.talk import answer, is_answered, start
from tests.browser.test_approval import asks_first, card
from tests.server.process import Parley

#: The controls that a finger can reach and may miss. A link within a sentence is as small as its words, and
#: that of a card is the whole card.
SMALL = """() => [...document.querySelectorAll(
  "a[href], button, summary, select, textarea, input:not([type=hidden]), [role=button]"
)]
  .filter((one) => one.checkVisibility({ checkVisibilityCSS: true }))
  .filter((one) => !one.closest(".visually-hidden, .skip, p, .prose li, .prose td, dd, .card__title"))
  .map((one) => {
    const label = one.matches("[type=checkbox], [type=radio]") && (one.closest("label") || one.labels?.[0])
    return { what: one.outerHTML.slice(0, 120), box: (label || one).getBoundingClientRect() }
  })
  .filter(({ box }) => box.width > 1 && box.height > 1 && Math.min(box.width, box.height) < 43.5)
  .filter(({ box }) => box.right > 0 && box.left < innerWidth)
  .map(({ what, box }) => `${Math.round(box.width)}x${Math.round(box.height)} ${what}`)
"""


async def all_are_large_enough(phone: Page) -> None:
    with suppress(TimeoutError):  # what slides in is not there at once
        await phone.wait_for_function(f"() => !({SMALL})().length", timeout=3000)
    small = await phone.evaluate(SMALL)
    assert small == [], "\n".join(small)


@pytest_asyncio.fixture(loop_scope="session")
async def phone(browse: Browse) -> Page:
    return await browse(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
async def test_on_every_page(phone: Page, parley: Parley, path: str) -> None:
    await phone.goto(parley.url + path)
    await all_are_large_enough(phone)


async def test_in_a_conversation_its_list_and_its_menu(phone: Page, parley: Parley, model: Model) -> None:
    model.says("Run this:\n\n```python\nprint(1)\n```\n\n- [ ] and this")
    await start(phone, parley.url, "Thumbs")
    await is_answered(phone)
    await all_are_large_enough(phone)
    await phone.get_by_role("button", name="Actions for this conversation").tap()
    await all_are_large_enough(phone)
    await phone.keyboard.press("Escape")
    await answer(phone).get_by_role("link", name="Replay", exact=True).tap()
    await expect(phone.locator("run-replay")).to_be_visible()
    await all_are_large_enough(phone)
    await phone.goto(parley.url)
    await phone.get_by_role("button", name="Show the list", exact=True).tap()
    await expect(phone.get_by_role("link", name="New chat", exact=True)).to_be_in_viewport(ratio=1)
    await all_are_large_enough(phone)


async def test_beside_files_and_sources(phone: Page, parley: Parley) -> None:
    await phone.goto(answer_with_files(parley, ("notes.md", "Tea")))
    await all_are_large_enough(phone)


async def test_where_an_agent_asks(phone: Page, serve: Serve) -> None:
    parley = await serve(OFFLINE_DELAY="0")
    await asks_first(phone, parley)
    await start(phone, parley.url, "What is 12 * (3 + 4)?")
    await expect(card(phone)).to_be_visible()
    await all_are_large_enough(phone)
