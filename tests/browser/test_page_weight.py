"""What a first visit costs: bytes over the wire, and requests."""

from playwright.async_api import Page, Request

from tests.browser.model import Model
from tests.browser.talk import is_answered, start
from tests.server.process import Parley

MOST_BYTES, MOST_SCRIPT_BYTES, MOST_REQUESTS = 100_000, 40_000, 12


async def weigh(page: Page, url: str) -> dict[str, int]:
    """Bytes by address, headers included; sockets do not count."""
    done: list[Request] = []
    page.on("requestfinished", lambda request: done.append(request))
    await page.goto(url, wait_until="load")
    await page.wait_for_load_state("networkidle")
    sizes = {}
    for request in done:
        size = await request.sizes()
        sizes[request.url] = size["responseBodySize"] + size["responseHeadersSize"]
    return sizes


async def test_the_first_page_is_light(page: Page, parley: Parley) -> None:
    sizes = await weigh(page, parley.url)
    assert len(sizes) <= MOST_REQUESTS, sizes
    assert sum(sizes.values()) <= MOST_BYTES, sizes
    assert sum(size for url, size in sizes.items() if url.endswith(".js")) <= MOST_SCRIPT_BYTES, sizes


async def test_a_conversation_is_light_too(browse, page: Page, parley: Parley, model: Model) -> None:
    url = await start(page, parley.url, "Weigh me")
    await is_answered(page)
    sizes = await weigh(await browse(), url)
    assert len(sizes) <= MOST_REQUESTS, sizes
    assert sum(sizes.values()) <= MOST_BYTES, sizes


async def test_a_second_page_brings_only_itself(page: Page, parley: Parley, model: Model) -> None:
    await start(page, parley.url, "Weigh me again")
    await is_answered(page)
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    await page.locator(".sidebar__new").click()
    await page.locator(".home").wait_for()
    assert [url for url in fetched if url.endswith((".js", ".css"))] == []
    assert len([url for url in fetched if "/static/" not in url]) == 1
