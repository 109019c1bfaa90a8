"""A server with accounts, and people who sign in."""

import os
import subprocess
import sys

from playwright.async_api import Page

from tests.server.process import PLAIN, ROOT, Parley

TEAM = {"PARLEY_MODE": "team", "SECRET_KEY": "a key for tests of 50 characters, or a few more of them"}
PASSWORD = "correct horse battery"


def make_superuser(parley: Parley, name: str) -> None:
    environment = {**os.environ, **PLAIN, **TEAM, "DATA_DIR": str(parley.folder)}
    environment["DJANGO_SUPERUSER_PASSWORD"] = PASSWORD
    command = [sys.executable, "manage.py", "createsuperuser", "--noinput", "--email", "", "--username", name]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)


async def sign_in(page: Page, parley: Parley, name: str) -> None:
    await page.goto(f"{parley.url}/accounts/login/")
    await sign_in_here(page, name)
    await page.wait_for_url(f"{parley.url}/")


async def sign_in_here(page: Page, name: str) -> None:
    """On the page of the sign-in; where it leads is for the caller to wait for."""
    await page.locator("[name=login]").fill(name)
    await page.locator("[name=password]").fill(PASSWORD)
    await page.locator("[name=password]").press("Enter")
