"""Asking for another answer, and going between the two."""

import re

from playwright.async_api import Page, expect

from tests.browser.model import Model
from tests.browser.talk import answer, answers, field, is_answered, questions, start
from tests.server.process import Parley


async def test_another_answer_is_a_new_version_and_the_old_one_stays(
    page: Page, parley: Parley, model: Model
) -> None:
    model.says("A first try.", "A second try.")
    await start(page, parley.url, "Try twice")
    await is_answered(page)
    await answer(page).hover()
    await answer(page).get_by_role("button", name="Answer again", exact=True).click()
    await expect(answer(page)).to_contain_text("A second try.")
    await is_answered(page)
    await expect(answers(page)).to_have_count(1)
    await expect(answer(page)).to_contain_text("2 / 2")
    await answer(page).get_by_role("button", name="Answer before", exact=True).click()
    await expect(answer(page)).to_contain_text("A first try.")
    await expect(answer(page)).to_contain_text("1 / 2")
    await page.reload()
    await expect(answers(page)).to_have_count(1)
    await expect(answer(page)).to_contain_text("A first try.")
    await answer(page).hover()
    await answer(page).get_by_role("button", name="Answer after", exact=True).click()
    await expect(answer(page)).to_contain_text("A second try.")
    await expect(answers(page)).to_have_count(1)


async def test_the_switch_can_be_pressed_again_and_again_by_keyboard(
    page: Page, parley: Parley, model: Model
) -> None:
    model.says("A first try.", "A second try.")
    await start(page, parley.url, "Try with keys")
    await is_answered(page)
    await answer(page).get_by_role("button", name="Answer again", exact=True).focus()
    await page.keyboard.press("Enter")
    await expect(answer(page)).to_contain_text("2 / 2")
    await answer(page).get_by_role("button", name="Answer before", exact=True).focus()
    await page.keyboard.press("Enter")
    await expect(answer(page)).to_contain_text("1 / 2")
    inside = "document.querySelector('#thread').contains(document.activeElement)"
    assert await page.evaluate(inside)


async def test_a_message_in_other_words_gets_an_answer_of_its_own(
    page: Page, parley: Parley, model: Model
) -> None:
    model.says("To the old words.", "To the new words.")
    await start(page, parley.url, "Old words")
    await is_answered(page)
    await questions(page).hover()
    await questions(page).get_by_role("button", name="Edit", exact=True).click()
    edit = page.get_by_label("Your message in other words")
    await expect(edit).to_have_value("Old words")
    await expect(edit).to_be_focused()
    await edit.fill("New words")
    await edit.press("Enter")
    await expect(edit).not_to_be_attached()
    await expect(answer(page)).to_contain_text("To the new words.")
    await expect(questions(page).last).to_contain_text("New words")
    await expect(field(page)).to_be_focused()


async def test_esc_leaves_the_words_as_they_were(page: Page, parley: Parley, model: Model) -> None:
    await start(page, parley.url, "Words that stay")
    await is_answered(page)
    await field(page).press("ArrowUp")
    edit = page.get_by_label("Your message in other words")
    await edit.fill("Something else")
    await edit.press("Escape")
    await expect(edit).not_to_be_attached()
    await expect(field(page)).to_be_focused()
    await expect(questions(page)).to_have_text(re.compile("Words that stay"))
