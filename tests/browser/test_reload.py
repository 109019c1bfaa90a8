"""A reload in the middle of an answer: it shows what there is and goes on, with no gap and no repetition."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.model import Model
from tests.browser.talk import answer, answers, has_status, is_answered, prose, start, stored_text
from tests.server.process import Parley

#: An answer in tokens that end inside words, blocks and marks.
TOKENS = [
    *(
        "# Ti",
        "tle\n",
        "\nFirst ",
        "para",
        "graph with **bo",
        "ld** words",
        ".\n\n",
        "- one\n",
        "- t",
        "wo\n\n",
    ),
    *(
        "```py",
        "thon\n",
        "print(",
        "1)\n",
        "``",
        "`\n\n",
        "| a | b |\n|--",
        "-|---|\n| 1 ",
        "| 2 |\n\n",
        "The end.",
    ),
]


@pytest.mark.parametrize("moment", [0, 1, 5, 9, 13, 17, 20])
async def test_nothing_is_missing_and_nothing_is_there_twice(
    page: Page, parley: Parley, model: Model, moment: int
) -> None:
    pen = model.pen()
    await start(page, parley.url, f"Reload me at {moment}")
    await has_status(page, "processing")
    for token in TOKENS[:moment]:
        pen.write(token)
    await page.reload()
    await has_status(page, "processing")
    for token in TOKENS[moment:]:
        pen.write(token)
    pen.end()
    await is_answered(page)
    grown = await answer(page).locator(".prose").inner_html()
    assert await stored_text(page) == "".join(TOKENS)
    await expect(answers(page)).to_have_count(1)
    await page.reload()
    assert await answer(page).locator(".prose").inner_html() == grown


async def test_text_that_came_before_the_reload_is_there_at_once(
    page: Page, parley: Parley, model: Model
) -> None:
    pen = model.pen()
    await start(page, parley.url, "Reload me again and again")
    so_far = ""
    for word in ("every", "word", "is", "there", "after", "each", "of", "many", "loads"):
        pen.write(f"{word} ")
        so_far += f"{word} "
        await expect(answer(page)).to_contain_text(so_far.strip())
        await page.reload()
        await expect(answer(page)).to_contain_text(so_far.strip())
        assert (await prose(page)).strip() == so_far.strip()
    pen.end()
    await is_answered(page)
    assert (await stored_text(page)).strip() == so_far.strip()


async def test_a_page_that_was_left_while_an_answer_came_is_whole_when_one_returns(
    page: Page, parley: Parley, model: Model
) -> None:
    pen = model.pen()
    url = await start(page, parley.url, "I am going away")
    pen.write("Half ")
    await expect(answer(page)).to_contain_text("Half")
    await page.goto("about:blank")
    pen.write("and whole.")
    pen.end()
    await page.goto(url)
    await is_answered(page)
    assert await stored_text(page) == "Half and whole."


async def test_going_from_page_to_page_inside_the_site_loses_nothing(
    page: Page, parley: Parley, model: Model
) -> None:
    pen = model.pen()
    await start(page, parley.url, "Looking elsewhere")
    pen.write("Some ")
    await expect(answer(page)).to_contain_text("Some")
    await page.locator(".sidebar__new").click()
    await expect(page.locator(".home")).to_be_visible()
    pen.write("more ")
    await page.go_back()
    await expect(answer(page)).to_contain_text("Some more")
    pen.write("words.")
    pen.end()
    await is_answered(page)
    assert (await prose(page)).strip() == "Some more words."
