"""360 by 740 pixels, one hand."""

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.conftest import Browse
from tests.browser.model import Model
from tests.browser.pages import PAGES
from tests.browser.talk import CONVERSATION, field, has_status, is_answered, say, start
from tests.server.process import Parley

WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest_asyncio.fixture(loop_scope="session")
async def phone(browse: Browse) -> Page:
    return await browse(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
async def test_no_page_is_wider_than_the_screen(phone: Page, parley: Parley, path: str) -> None:
    await phone.goto(parley.url + path)
    assert await phone.evaluate(WIDER) == 0


async def test_a_conversation_fits_with_all_that_is_around_it(
    phone: Page, parley: Parley, model: Model
) -> None:
    model.says("# A heading with averyveryveryveryverylongwordthatdoesnotfitonasmallscreenatall\n\nAnd text.")
    await start(phone, parley.url, "x" * 200)
    await is_answered(phone)
    assert await phone.evaluate(WIDER) == 0
    await expect(field(phone)).to_be_in_viewport(ratio=1)
    await expect(phone.get_by_role("button", name="Send", exact=True)).to_be_in_viewport(ratio=1)
    await say(phone, "\n".join("many lines" for _ in range(50)))
    await expect(field(phone)).to_be_in_viewport(ratio=1)


async def test_the_list_is_a_drawer(phone: Page, parley: Parley, model: Model) -> None:
    await start(phone, parley.url, "Behind the drawer")
    await is_answered(phone)
    first = phone.url
    drawer = phone.get_by_role("navigation", name="Conversations")
    await expect(drawer).not_to_be_in_viewport()
    await phone.get_by_role("button", name="Show the list", exact=True).tap()
    await expect(drawer.get_by_role("link", name="New chat", exact=True)).to_be_in_viewport(ratio=1)
    await drawer.get_by_role("link", name="New chat", exact=True).tap()
    await expect(phone.locator(".home")).to_be_visible()
    await expect(drawer).not_to_be_in_viewport()
    await phone.get_by_role("button", name="Show the list", exact=True).tap()
    await drawer.locator(f'a[href="{first.removeprefix(parley.url)}"]').tap()
    await expect(phone).to_have_url(first)
    await expect(phone).to_have_url(CONVERSATION)
    await expect(drawer).not_to_be_in_viewport()
    await phone.get_by_role("button", name="Show the list", exact=True).tap()
    await phone.touchscreen.tap(350, 400)
    await expect(drawer).not_to_be_in_viewport()


async def test_what_is_pressed_is_large_enough_for_a_thumb(phone: Page, parley: Parley, model: Model) -> None:
    await start(phone, parley.url, "Thumbs")
    await is_answered(phone)
    for name in ("Send", "Show the list", "Actions for this conversation"):
        box = await phone.get_by_role("button", name=name).bounding_box()
        assert box, name
        assert min(box["width"], box["height"]) >= 36, name


async def test_nothing_zooms_when_the_field_is_touched(phone: Page, parley: Parley) -> None:
    await phone.goto(parley.url)
    size = await field(phone).evaluate("(one) => parseFloat(getComputedStyle(one).fontSize)")
    assert size >= 16  # below that iPhones zoom in


async def test_no_keyboard_comes_up_that_was_not_asked_for(phone: Page, parley: Parley, model: Model) -> None:
    model.pen()
    await phone.goto(parley.url)
    await expect(field(phone)).not_to_be_focused()
    await start(phone, parley.url, "Quiet")
    await field(phone).blur()
    await phone.get_by_role("button", name="Stop", exact=True).tap()
    await has_status(phone, "cancelled")
    await expect(field(phone)).not_to_be_focused()


@pytest.mark.parametrize("path", [PAGES["settings"], PAGES["new agent"]])
async def test_what_is_scrolled_goes_below_the_button_of_the_list_and_has_room_at_its_end(
    phone: Page, parley: Parley, path: str
) -> None:
    await phone.goto(parley.url + path)
    await phone.locator("#main").evaluate("(main) => (main.scrollTop = 150)")
    below = "document.elementsFromPoint(30, 26).find((one) => !one.closest('.sidebar-open')).className"
    assert (await phone.evaluate(below)).startswith("page")  # its strip, not a field or a word
    last = phone.locator("#main .page > :last-child")
    await last.evaluate("(one) => one.scrollIntoView({ block: 'end' })")
    await phone.locator("#main").evaluate("(main) => (main.scrollTop = main.scrollHeight)")
    box = await last.bounding_box()
    assert box and box["y"] + box["height"] <= 740 - 32
