"""Signing out in one tab ends the others: a conversation asks for the sign-in, a form says what happened."""

import re

from playwright.async_api import Page, expect

from tests.browser.conftest import Serve
from tests.browser.talk import field, is_answered, start
from tests.browser.team import TEAM, make_superuser, sign_in, sign_in_here
from tests.server.process import Parley


async def team(serve: Serve) -> Parley:
    parley = await serve(**TEAM, OFFLINE_DELAY="0")
    make_superuser(parley, "alice")
    return parley


async def sign_out_elsewhere(page: Page, parley: Parley) -> None:
    other = await page.context.new_page()
    await other.goto(f"{parley.url}/settings/")
    await other.get_by_role("button", name="Sign out", exact=True).click()
    await other.wait_for_url(re.compile("/accounts/login/"))
    await other.close()


async def test_an_open_conversation_asks_for_the_sign_in(page: Page, serve: Serve) -> None:
    parley = await team(serve)
    await sign_in(page, parley, "alice")
    url = await start(page, parley.url, "Hello")
    await is_answered(page)
    await field(page).fill("half a thought")
    await page.wait_for_function("() => performance.now() > 4500")
    await sign_out_elsewhere(page, parley)
    await page.wait_for_url(re.compile("/accounts/login/"))
    await sign_in_here(page, "alice")
    await expect(page).to_have_url(url)
    await expect(field(page)).to_have_value("half a thought")


async def test_a_form_keeps_what_is_written_and_says_what_happened(page: Page, serve: Serve) -> None:
    parley = await team(serve)
    await sign_in(page, parley, "alice")
    await page.goto(f"{parley.url}/agents/new/")
    await page.locator("#id_name").fill("Half an agent")
    await sign_out_elsewhere(page, parley)
    await expect(page.locator("#connection")).to_contain_text("You are signed out.")
    await expect(page.locator("#id_name")).to_have_value("Half an agent")


async def test_what_one_person_has_begun_to_write_is_not_shown_to_the_next(page: Page, serve: Serve) -> None:
    parley = await team(serve)
    make_superuser(parley, "bob")
    await sign_in(page, parley, "alice")
    await field(page).fill("for my eyes only")
    await sign_out_elsewhere(page, parley)
    await sign_in(page, parley, "bob")
    await expect(field(page)).to_have_value("")
    await sign_out_elsewhere(page, parley)
    await sign_in(page, parley, "alice")
    await expect(field(page)).to_have_value("for my eyes only")
