"""A browser's own EventSource on a run: it comes back by itself and has every event once."""

import asyncio
import re
from typing import Any

from playwright.async_api import Page

from tests.browser.conftest import Serve
from tests.browser.model import Model
from tests.browser.talk import answer, is_answered, start
from tests.browser.test_server_away import GONE
from tests.server.process import Parley

LISTEN = """([path, types]) => {
  window.heard = [];
  window.source = new EventSource(path);
  const hear = (event) => window.heard.push([event.type, event.lastEventId, JSON.parse(event.data)]);
  for (const type of types) source.addEventListener(type, hear);
}"""
TYPES = ["message", "start", "rationale", "content", "status", "usage", "end"]
IS_CLOSED = "() => source.readyState === 2"


async def path_of_the_stream(page: Page) -> str:
    chat = re.search(r"/chat/([0-9a-f-]{36})/", page.url)
    assert chat is not None
    asked = await page.locator("article.message--user").last.get_attribute("id")
    return f"/api/chats/{chat[1]}/messages/{(asked or '').removeprefix('message-')}/stream"


async def log_behind(page: Page, path: str) -> list[dict[str, Any]]:
    message = path.split("/")[-2]
    log: list[dict[str, Any]] = await page.evaluate(
        "(path) => fetch(path).then((response) => response.json())", f"/api/messages/{message}/events"
    )
    return log


async def test_it_hears_an_answer_as_it_is_written_and_then_stays_away(
    page: Page, parley: Parley, model: Model
) -> None:
    pen = model.pen()
    await start(page, parley.url, "Stream it")
    path = await path_of_the_stream(page)
    await page.evaluate(LISTEN, [path, TYPES])
    for word in ("One ", "two ", "three."):
        pen.write(word)
        await page.wait_for_function(
            "(word) => heard.map(([, , data]) => data.md ?? '').join('').endsWith(word)", arg=word
        )
    pen.end()
    await is_answered(page)
    await page.wait_for_function(IS_CLOSED)  # it came back once, and was told not to
    heard = await page.evaluate("heard")
    log = await log_behind(page, path)
    assert [data for _type, _id, data in heard] == log
    assert [(kind, name) for kind, name, _data in heard] == [(event["type"], event["id"]) for event in log]


async def test_flat_events_are_messages(page: Page, parley: Parley, model: Model) -> None:
    await start(page, parley.url, "Stream it flat")
    await is_answered(page)
    path = await path_of_the_stream(page)
    await page.evaluate(LISTEN, [f"{path}?flat=1", TYPES])
    await page.wait_for_function(IS_CLOSED)
    heard = await page.evaluate("heard")
    assert {kind for kind, _id, _data in heard} == {"message"}
    assert [data for _type, _id, data in heard] == await log_behind(page, path)


async def test_it_comes_back_to_a_server_that_was_killed_and_misses_nothing(
    page: Page, serve: Serve, faults
) -> None:
    faults.expect(*GONE, "INCOMPLETE_CHUNKED")
    parley = await serve(OFFLINE_DELAY="0.05")
    await start(page, parley.url, "Draft a proposal for a library in our village")
    path = await path_of_the_stream(page)
    await page.evaluate(LISTEN, [path, TYPES])
    await page.wait_for_function("() => heard.length > 6")
    parley.kill()
    await asyncio.to_thread(parley.start)
    await page.wait_for_function(IS_CLOSED, timeout=40_000)
    assert [data for _type, _id, data in await page.evaluate("heard")] == await log_behind(page, path)
    await answer(page).wait_for()
