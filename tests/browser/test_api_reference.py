"""The page about the API, in a browser that enforces the policy of the pages: calls are tried from it."""

from playwright.async_api import Page, expect

from tests.browser.faults import Faults
from tests.server.process import Parley

PHONE = {"width": 360, "height": 740}
NOBODYS = "019a0000-0000-7000-8000-000000000009"


async def test_a_call_is_sent_and_its_answer_shown(page: Page, parley: Parley) -> None:
    await page.goto(f"{parley.url}/api/docs")
    call = page.locator("#health")
    await call.locator("summary").click()
    await call.get_by_role("button", name="Send").click()
    await expect(call.locator(".call__status")).to_contain_text("200 OK")
    await expect(call.locator("pre")).to_contain_text('"status": "ok"')


async def test_parts_of_the_address_are_filled_in(page: Page, parley: Parley, faults: Faults) -> None:
    faults.expect("404")
    await page.goto(f"{parley.url}/api/docs#cancel_answer")
    call = page.locator("#cancel_answer")  # its link opens it
    await call.get_by_label("chat_id").fill(NOBODYS)
    await call.get_by_label("message_id").fill(NOBODYS)
    async with page.expect_request(f"**/api/chats/{NOBODYS}/messages/{NOBODYS}/cancel") as sent:
        await call.get_by_role("button", name="Send").click()
    assert (await sent.value).method == "POST"
    assert "x-csrftoken" in (await sent.value).headers
    await expect(call.locator("pre")).to_contain_text('"not_found"')


async def test_a_key_goes_along_in_place_of_the_session(page: Page, parley: Parley) -> None:
    await page.goto(f"{parley.url}/api/docs#health")
    await page.get_by_label("API key").fill("a-key")
    async with page.expect_request("**/api/health") as sent:
        await page.locator("#health").get_by_role("button", name="Send").click()
    headers = await (await sent.value).all_headers()
    assert headers["authorization"] == "Bearer a-key"
    assert "cookie" not in headers


async def test_it_is_light_and_loads_nothing_from_elsewhere(page: Page, parley: Parley) -> None:
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    answer = await page.goto(f"{parley.url}/api/docs", wait_until="networkidle")
    assert answer is not None
    sizes = await answer.request.sizes()
    assert sizes["responseBodySize"] < 50_000
    assert all(url.startswith((parley.url, "data:")) for url in seen)


async def test_it_fits_a_phone_with_everything_open(browse, parley: Parley) -> None:
    page = await browse(viewport=PHONE)
    await page.goto(f"{parley.url}/api/docs")
    await page.locator("details").evaluate_all("all => all.forEach((one) => (one.open = true))")
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["width"]
