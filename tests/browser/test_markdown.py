"""Answers as they look: tables, code with a button that copies, formulas, links."""

from playwright.async_api import Page, expect

from tests.browser.conftest import Browse
from tests.browser.model import Model
from tests.browser.talk import answer, is_answered, start, stored_text
from tests.server.process import Parley

CODE = 'def greet(name: str) -> str:\n    return f"Hello <{name}>"\n'
RICH = f"""## Findings

| Tea | Price |
|:----|------:|
| Oolong | 12 |

- [x] done
- [ ] open

```python
{CODE}```

The roots are $x = \\frac{{-b}}{{2a}}$, see [the page](https://example.org/tea).
"""


async def test_it_is_drawn_as_it_is_meant(page: Page, parley: Parley, model: Model) -> None:
    model.says(RICH)
    await start(page, parley.url, "Show me all")
    await is_answered(page)
    shown = answer(page)
    await expect(shown.get_by_role("heading", name="Findings")).to_be_visible()
    await expect(shown.get_by_role("columnheader")).to_have_text(["Tea", "Price"])
    await expect(shown.get_by_role("cell", name="12")).to_have_css("text-align", "end")
    await expect(shown.get_by_role("checkbox")).to_have_count(2)
    await expect(shown.locator("math mfrac")).to_be_visible()
    assert await shown.locator("pre span[class]").count() > 3, "code has its colours"
    link = shown.get_by_role("link", name="the page", exact=True)
    await expect(link).to_have_attribute("target", "_blank")
    await expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")


async def test_growing_and_whole_it_is_drawn_the_same(page: Page, parley: Parley, model: Model) -> None:
    pen = model.pen()
    await start(page, parley.url, "Show it bit by bit")
    for at in range(0, len(RICH), 7):
        pen.write(RICH[at : at + 7])
    pen.end()
    await is_answered(page)
    grown = await answer(page).locator(".prose").inner_html()
    await page.reload()
    assert await answer(page).locator(".prose").inner_html() == grown


async def test_code_and_whole_answers_are_copied_as_they_were_written(
    browse: Browse, parley: Parley, model: Model
) -> None:
    page = await browse(permissions=["clipboard-read", "clipboard-write"])
    model.says(RICH)
    await start(page, parley.url, "Copy me")
    await is_answered(page)
    await answer(page).locator(".code__copy").click()
    await expect(answer(page).locator(".code__copy")).to_have_text("Copied")
    assert await page.evaluate("navigator.clipboard.readText()") == CODE.rstrip()
    await answer(page).hover()
    await answer(page).locator(".message__tools").get_by_role("button", name="Copy", exact=True).click()
    await expect(page.get_by_role("status").filter(has_text="Copied")).to_be_attached()
    copied = "async (text) => (await navigator.clipboard.readText()) === text"
    assert await page.evaluate(copied, await stored_text(page))


async def test_wide_things_scroll_in_themselves(browse: Browse, parley: Parley, model: Model) -> None:
    page = await browse(viewport={"width": 360, "height": 740})
    columns = " | ".join(f"column {number}" for number in range(20))
    model.says(f"```\n{'x' * 400}\n```\n\n| {columns} |\n|{'---|' * 20}\n| {columns} |\n\n{'y' * 300}")
    await start(page, parley.url, "Something wide")
    await is_answered(page)
    for area in ("html", "#thread"):
        assert await page.locator(area).evaluate("(one) => one.scrollWidth - one.clientWidth") == 0, area
