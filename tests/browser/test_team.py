"""Joining a team: invited into a group, with a second factor, and then a talk with the group's agent."""

import re
import time

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.async_api import Page, expect

from tests.browser.conftest import Browse, Serve
from tests.browser.talk import is_answered, say
from tests.browser.team import PASSWORD, TEAM, make_superuser, sign_in
from tests.server.process import Parley

CHARLIE = "charlie@example.org"


async def test_from_an_invitation_to_a_talk_with_the_groups_agent(browse: Browse, serve: Serve) -> None:
    parley = await serve(**TEAM, OFFLINE_DELAY="0")
    make_superuser(parley, "alice")
    alice, charlie = await browse(), await browse(viewport={"width": 360, "height": 740})
    await sign_in(alice, parley, "alice")
    await make_group(alice, parley, "writers")
    await make_agent(alice, parley, "Proof reader", group="writers")
    await accept(charlie, await invite(alice, parley, group="writers"))

    secret = await set_up_app(charlie, parley)
    await sign_out(charlie, parley)
    await charlie.locator("[name=login]").fill(CHARLIE)
    await charlie.locator("[name=password]").fill(PASSWORD)
    await charlie.locator("[name=password]").press("Enter")
    await charlie.wait_for_url(re.compile("/second-factor/authenticate/"))
    await enter_code(charlie, secret, then=re.compile(r"//[^/]+/$"))

    await charlie.goto(f"{parley.url}/agents/")
    await charlie.get_by_role("link", name="Proof reader", exact=True).click()
    await say(charlie, "Is this right?")
    await is_answered(charlie)
    await charlie.goto(f"{parley.url}/agents/")
    await expect(charlie.get_by_role("link", name="Edit Proof reader", exact=True)).to_have_count(0)


async def test_a_passkey_stands_for_password_and_factor(page: Page, serve: Serve) -> None:
    parley = await serve(**TEAM, OFFLINE_DELAY="0")
    make_superuser(parley, "alice")
    parley.url = parley.url.replace("127.0.0.1", "localhost")  # keys are for names, never for addresses
    await plug_in_a_key(page)
    await sign_in(page, parley, "alice")
    await page.goto(f"{parley.url}/accounts/passkeys/add/")
    await confirm_password(page)
    await page.locator("[name=passwordless]").check()
    await page.get_by_role("button", name="Add", exact=True).click()
    await page.wait_for_url(re.compile(r"/second-factor/recovery-codes/|/passkeys/$"))
    await sign_out(page, parley)
    await page.get_by_role("button", name="Sign in with a passkey", exact=True).click()
    await page.wait_for_url(f"{parley.url}/")


async def test_signing_out_elsewhere_closes_what_is_open_there(browse: Browse, serve: Serve) -> None:
    parley = await serve(**TEAM, OFFLINE_DELAY="0")
    make_superuser(parley, "alice")
    here, there = await browse(), await browse()
    await sign_in(here, parley, "alice")
    await sign_in(there, parley, "alice")
    await there.wait_for_function("() => performance.now() > 4500")
    await here.goto(f"{parley.url}/accounts/sessions/")
    await here.get_by_role("button", name="Sign out everywhere else", exact=True).click()
    await expect(here.locator("tbody tr")).to_have_count(1)
    await there.wait_for_url(re.compile("/accounts/login/"))


async def make_group(page: Page, parley: Parley, name: str) -> None:
    await page.goto(f"{parley.url}/admin/auth/group/add/")
    await page.locator("[name=name]").fill(name)
    await page.locator("[name=_save]").click()
    await page.wait_for_url(re.compile("/admin/auth/group/$"))


async def make_agent(page: Page, parley: Parley, name: str, *, group: str) -> None:
    await page.goto(f"{parley.url}/agents/new/")
    await page.get_by_label("Name", exact=True).fill(name)
    await page.get_by_label("Instructions").fill("You look for mistakes.")
    await page.get_by_label("Groups chosen below", exact=True).check()
    await page.get_by_label(group, exact=True).check()
    await page.get_by_role("button", name="Create agent", exact=True).click()
    await page.wait_for_url(re.compile("agent="))


async def invite(page: Page, parley: Parley, *, group: str) -> str:
    await page.goto(f"{parley.url}/accounts/invitations/")
    await page.get_by_label(group, exact=True).check()
    await page.get_by_role("button", name="Invite", exact=True).click()
    await expect(page.get_by_role("button", name="Copy", exact=True)).to_be_focused()
    return await page.locator("#link").inner_text()


async def accept(page: Page, link: str) -> None:
    await page.goto(link)
    await expect(page.get_by_text("alice has invited you.")).to_be_visible()
    await page.get_by_label("Your name").fill("Charlie")
    await page.get_by_label("E-mail address").fill(CHARLIE)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign up", exact=True).click()
    await page.wait_for_url(re.compile(r"//[^/]+/$"))


async def set_up_app(page: Page, parley: Parley) -> str:
    await page.goto(f"{parley.url}/settings/")
    await page.get_by_role("link", name="Second factor", exact=True).click()
    await page.get_by_role("link", name="Activate", exact=True).click()
    await confirm_password(page)
    secret = await page.locator("#authenticator_secret").input_value()
    await enter_code(page, secret, then=re.compile("/recovery-codes/"))
    return secret


async def confirm_password(page: Page) -> None:
    await page.wait_for_url(re.compile("/reauthenticate/"))
    await page.locator("[name=password]").fill(PASSWORD)
    await page.locator("[name=password]").press("Enter")


async def enter_code(page: Page, secret: str, *, then: re.Pattern[str]) -> None:
    """Once more where the half minute of a code was over before it was sent, as a person would."""
    for _ in range(2):
        code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
        await page.locator("[name=code]").fill(code)
        async with page.expect_navigation():
            await page.locator("[name=code]").press("Enter")
        if then.search(page.url):
            return
    raise AssertionError(page.url)


async def sign_out(page: Page, parley: Parley) -> None:
    await page.goto(f"{parley.url}/settings/")
    await page.get_by_role("button", name="Sign out", exact=True).click()
    await page.wait_for_url(re.compile("/accounts/login/"))


async def plug_in_a_key(page: Page) -> None:
    """Chromium's own imitation of a security key that knows who touches it."""
    session = await page.context.new_cdp_session(page)
    await session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True}
    options |= {"hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True}
    await session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
