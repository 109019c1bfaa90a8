"""What one sees while one speaks: in light and dark, on a phone, for a thumb and for a screen reader."""

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.browser.conftest import Browse
from tests.browser.faults import Faults
from tests.browser.speaking import kept, microphone, record
from tests.browser.talk import answer, is_answered, start
from tests.browser.test_accessibility import has_no_finding
from tests.browser.test_phone import WIDER
from tests.browser.test_targets import all_are_large_enough
from tests.server.process import Parley


@pytest_asyncio.fixture(loop_scope="session", params=["light", "dark"])
async def phone(request: pytest.FixtureRequest, speaking: Browse) -> Page:
    small = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
    return await speaking(color_scheme=request.param, reduced_motion="reduce", **small)


async def looks_well(phone: Page) -> None:
    await has_no_finding(phone)
    await all_are_large_enough(phone)
    assert await phone.evaluate(WIDER) == 0


async def test_everything_that_has_to_do_with_sound(phone: Page, offline: Parley, faults: Faults) -> None:
    faults.expect("ERR_FAILED")
    await start(phone, offline.url, "Look at me.")
    await is_answered(phone)
    await answer(phone).get_by_role("button", name="Read aloud").tap()
    await expect(answer(phone).locator("sound-player")).to_be_visible()
    await looks_well(phone)
    basic = phone.get_by_text("which is basic")
    await expect(basic).to_be_hidden()
    await record(phone)
    await expect(basic).to_be_visible()
    await looks_well(phone)
    await phone.route("**/voice/", lambda route: route.abort())
    await microphone(phone).click()
    await expect(kept(phone)).to_be_visible()
    await looks_well(phone)
    await phone.get_by_role("button", name="Hands-free conversation").tap()
    await expect(phone.get_by_role("group", name="Hands-free conversation")).to_be_visible()
    await looks_well(phone)
