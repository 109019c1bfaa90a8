"""The quick start for JavaScript, line by line, in the browser that it is for."""

from playwright.async_api import ConsoleMessage, Page

from tests.quickstart.snippets import snippets


async def test_every_line_of_it_works(page: Page, serve) -> None:
    parley = await serve(OFFLINE_DELAY="0")
    await page.goto(f"{parley.url}/api/docs")
    said: list[str] = []

    def note(message: ConsoleMessage) -> None:
        said.append(message.text)

    page.on("console", note)
    await page.evaluate(f"async () => {{ {''.join(snippets('javascript', 'js'))} }}")
    whole = "".join(said)
    assert "event: token" in whole
    assert whole.count("offline model") >= 4
