"""Talking with an agent beside its form, before anything is saved."""

import asyncio

from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Serve
from tests.browser.faults import Faults
from tests.browser.model import Model
from tests.browser.talk import answer, answers, field, has_status, is_answered, questions, say
from tests.server.process import Parley


def refusal(page: Page) -> Locator:
    return page.locator("#composer-error")


async def new_agent(page: Page, parley: Parley) -> None:
    """The form of a new agent, with a name and instructions that nobody has saved."""
    await page.goto(f"{parley.url}/agents/new/")
    await page.get_by_label("Name").fill("Cook")
    await page.get_by_label("Instructions").fill("You cook.")


async def test_it_answers_as_the_form_stands_and_again_after_a_change(
    page: Page, parley: Parley, model: Model
) -> None:
    model.says("Rice.", "Soup.")
    await new_agent(page, parley)
    await expect(page.get_by_text("Try it before you save")).to_be_visible()
    await say(page, "What is for dinner?")
    await is_answered(page)
    await expect(answer(page)).to_contain_text("Cook")
    await expect(answer(page)).to_contain_text("Rice.")
    await expect(page.get_by_text("Try it before you save")).not_to_be_visible()
    await expect(field(page)).to_have_value("")
    await expect(field(page)).to_be_focused()
    await page.get_by_label("Name").fill("Chef")
    await say(page, "And now?")
    await expect(answers(page)).to_have_count(2)
    await is_answered(page)
    await expect(answer(page)).to_contain_text("Chef")
    await expect(answer(page)).to_contain_text("Soup.")
    await page.goto(f"{parley.url}/agents/")
    await expect(page.get_by_role("link", name="Cook", exact=True)).to_have_count(0)


async def test_what_is_wrong_with_the_form_is_said_and_the_text_stays(
    page: Page, parley: Parley, model: Model
) -> None:
    await new_agent(page, parley)
    await page.get_by_label("Instructions").fill("")
    await say(page, "What is for dinner?")
    await expect(refusal(page)).to_contain_text("Instructions: This field is required.")
    await expect(field(page)).to_have_value("What is for dinner?")
    await expect(questions(page)).to_have_count(0)
    await page.get_by_label("Instructions").fill("You cook.")
    await field(page).press("Enter")
    await is_answered(page)
    await expect(refusal(page)).to_be_empty()


async def test_an_answer_comes_in_pieces_and_escape_stops_it(
    page: Page, parley: Parley, model: Model
) -> None:
    pen = model.pen()
    await new_agent(page, parley)
    await say(page, "What is for dinner?")
    await has_status(page, "processing")
    pen.write("Rice")
    await expect(answer(page)).to_contain_text("Rice")
    pen.write(" and beans")
    await expect(answer(page)).to_contain_text("Rice and beans")
    await page.keyboard.press("Escape")
    await has_status(page, "cancelled")
    await expect(answer(page)).to_contain_text("Stopped.")
    await expect(answer(page)).to_contain_text("Rice and beans")
    await expect(page.get_by_role("button", name="Send", exact=True)).to_be_visible()


async def test_starting_again_leaves_an_empty_page(page: Page, parley: Parley, model: Model) -> None:
    await new_agent(page, parley)
    again = page.get_by_role("button", name="Start again", exact=True)
    await expect(again).not_to_be_visible()
    await say(page, "What is for dinner?")
    await is_answered(page)
    await again.click()
    await expect(page.locator(".message")).to_have_count(0)
    await expect(page.get_by_text("Try it before you save")).to_be_visible()


async def test_a_message_offers_nothing_that_needs_a_stored_one(
    page: Page, parley: Parley, model: Model
) -> None:
    await new_agent(page, parley)
    await say(page, "What is for dinner?")
    await is_answered(page)
    await expect(page.locator(".message button")).to_have_count(0)


async def test_the_whole_answer_is_read_out_once(page: Page, parley: Parley, model: Model) -> None:
    pen = model.pen()
    await new_agent(page, parley)
    await say(page, "What is for dinner?")
    await expect(page.locator("#status")).to_have_text("Cook is answering")
    pen.write("Rice", " and beans.")
    pen.end()
    await expect(page.locator("#log")).to_have_text("Rice and beans.")


async def test_the_form_keeps_the_focus_when_it_opens_and_what_is_written_is_not_kept(
    page: Page, parley: Parley, model: Model
) -> None:
    await new_agent(page, parley)
    await expect(field(page)).not_to_be_focused()
    await field(page).fill("Half a")
    await page.goto(f"{parley.url}/agents/new/")
    await expect(field(page)).to_have_value("")
    assert await page.evaluate("Object.keys(localStorage)") == []


async def test_after_the_server_was_away_the_test_begins_anew_and_the_form_stays(
    page: Page, serve: Serve, faults: Faults
) -> None:
    faults.expect("WebSocket connection to", "htmx:ws:error", "ERR_CONNECTION_REFUSED")
    parley = await serve()
    await new_agent(page, parley)
    await say(page, "What is for dinner?")
    await is_answered(page)
    parley.kill()
    await asyncio.to_thread(parley.start)
    await expect(refusal(page)).to_contain_text(
        "The connection was lost, so the test begins anew.", timeout=20_000
    )
    await expect(page.locator(".message")).to_have_count(0)
    await expect(page.get_by_label("Instructions")).to_have_value("You cook.")
    await say(page, "Once more?")
    await is_answered(page)


async def test_on_a_phone_it_stands_below_the_form_and_nothing_runs_out_of_the_page(
    page: Page, parley: Parley, model: Model
) -> None:
    await page.set_viewport_size({"width": 360, "height": 740})
    model.says("| a | b |\n|---|---|\n| " + "wide " * 40 + "| b |\n\n```\n" + "x" * 200 + "\n```")
    await new_agent(page, parley)
    await say(page, "x" * 200)
    await is_answered(page)
    form, preview = page.locator(".agent-form__fields"), page.locator(".preview")
    assert (await preview.bounding_box())["y"] > (await form.bounding_box())["y"]
    assert await page.evaluate("document.querySelector('.main').scrollWidth") == 360
    assert (
        await page.locator(".preview .thread").evaluate("thread => thread.scrollWidth - thread.clientWidth")
        == 0
    )


async def test_what_is_too_long_for_the_socket_is_said_and_the_socket_stays(
    page: Page, parley: Parley, model: Model
) -> None:
    await new_agent(page, parley)
    await page.get_by_label("Instructions").fill("\u4f60" * 90_000)
    await say(page, "What is for dinner?")
    await expect(refusal(page)).to_contain_text("This is too long to be tried here.")
    await expect(field(page)).to_have_value("What is for dinner?")
    await page.get_by_label("Instructions").fill("You cook.")
    await field(page).press("Enter")
    await is_answered(page)
    await expect(refusal(page)).to_be_empty()
