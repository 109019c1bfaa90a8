"""A page of another site, in a real browser: it calls with a key where it is named, or not at all."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import pytest_asyncio
from playwright.async_api import Page

from tests.browser.faults import Faults
from tests.browser.team import TEAM, make_superuser
from tests.server.process import PLAIN, ROOT, Parley

MAKE_A_KEY = """
from django.contrib.auth import get_user_model
from accounts.services.api_keys import make_key
person = get_user_model().objects.get(username="ada")
print(make_key(user=person, name="elsewhere", scopes=["read", "write"])[1])
"""
CALL = """async ([url, headers, body]) => {
  try {
    const init = { method: body ? "POST" : "GET", headers, body, credentials: "include" };
    const answer = await fetch(url, headers.Authorization ? { ...init, credentials: "omit" } : init);
    return [answer.status, answer.headers.get("RateLimit-Limit"), await answer.text()];
  } catch (error) {
    return [0, null, String(error)];
  }
}"""


class Elsewhere(BaseHTTPRequestHandler):
    """A site with one empty page."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><link rel=icon href=data:,><title>Elsewhere</title>")

    def log_message(self, *_arguments: object) -> None:
        """Nobody reads it."""


@pytest_asyncio.fixture(loop_scope="session")
async def elsewhere() -> AsyncIterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def key_of(parley: Parley) -> str:
    make_superuser(parley, "ada")
    environment = {**os.environ, **PLAIN, **TEAM, "DATA_DIR": str(parley.folder)}
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", MAKE_A_KEY]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.parametrize("named", [True, False], ids=["named", "not named"])
async def test_a_page_elsewhere_calls_with_a_key_where_it_is_named(
    page: Page, serve, elsewhere: str, faults: Faults, named: bool
) -> None:
    parley = await serve(**TEAM, API_RATE="1000", CORS_ORIGINS=elsewhere if named else "https://a.example")
    headers = {"Authorization": f"Bearer {key_of(parley)}", "Content-Type": "application/json"}
    faults.expect("CORS", "ERR_FAILED", "401")
    await page.goto(elsewhere)
    read = await page.evaluate(CALL, [f"{parley.url}/api/agents", headers, None])
    made = await page.evaluate(
        CALL, [f"{parley.url}/api/agents", headers, '{"name": "Ada", "system_prompt": "You count."}']
    )
    assert [read[0], made[0]] == ([200, 201] if named else [0, 0])
    assert read[1] == ("1000" if named else None)
    without_key = await page.evaluate(CALL, [f"{parley.url}/api/agents", {}, None])
    assert without_key[0] == 0, "with cookies the answer is for nobody elsewhere"
    a_page = await page.evaluate(CALL, [f"{parley.url}/accounts/login/", headers, None])
    assert a_page[0] == 0


async def test_a_page_elsewhere_cannot_drive_a_personal_parley(
    page: Page, serve, elsewhere: str, faults: Faults
) -> None:
    parley = await serve(CORS_ORIGINS=elsewhere)
    faults.expect("CORS", "ERR_FAILED", "403")
    await page.goto(elsewhere)
    answer = await page.evaluate(
        "async (url) => { const one = await fetch(url); return [one.status, await one.text()]; }",
        f"{parley.url}/api/agents",
    )
    assert answer[0] == 403
    assert "Librarian" not in answer[1]
