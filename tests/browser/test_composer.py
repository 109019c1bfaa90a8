"""What is written is safe until the server has it, and is sent once."""

from playwright.async_api import Page, Request, expect

from tests.browser.faults import Faults
from tests.browser.model import Model
from tests.browser.talk import answers, field, is_answered, questions, say, start
from tests.server.process import Parley


async def test_a_draft_survives_a_reload_and_is_gone_once_sent(
    page: Page, parley: Parley, model: Model
) -> None:
    await page.goto(parley.url)
    await field(page).press_sequentially("A thought that is not")
    await page.reload()
    await expect(field(page)).to_have_value("A thought that is not")
    await field(page).press("Enter")
    await is_answered(page)
    await page.goto(parley.url)
    await expect(field(page)).to_have_value("")


async def test_each_conversation_has_a_draft_of_its_own(page: Page, parley: Parley, model: Model) -> None:
    url = await start(page, parley.url, "A conversation with a draft")
    await is_answered(page)
    await field(page).fill("for this one")
    await page.locator(".sidebar__new").click()
    await expect(page.locator(".home")).to_be_visible()
    await expect(field(page)).to_have_value("")
    await field(page).fill("for a new one")
    await page.go_back()
    await expect(page).to_have_url(url)
    await expect(field(page)).to_have_value("for this one")


async def test_nothing_is_sent_when_there_is_nothing_to_send(
    page: Page, parley: Parley, model: Model
) -> None:
    await start(page, parley.url, "First")
    await is_answered(page)
    sent: list[Request] = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request))
    for nothing in ("", "   ", "\n\n"):
        await say(page, nothing)
        await page.get_by_role("button", name="Send", exact=True).click()
    await say(page, "Second")
    await expect(questions(page)).to_have_count(2)
    assert len(sent) == 1


async def test_too_long_a_text_is_refused_in_words_and_stays(
    page: Page, parley: Parley, model: Model, faults: Faults
) -> None:
    faults.expect("42[0-9]")
    await start(page, parley.url, "First")
    await is_answered(page)
    text = "x" * 10_001
    await say(page, text)
    said = page.locator("#composer-error")
    await expect(said).to_contain_text("10000")
    await expect(field(page)).to_have_value(text)
    await expect(questions(page)).to_have_count(1)
    await field(page).fill("x" * 10_000)
    await expect(said).to_be_empty()
    await field(page).press("Enter")
    await expect(questions(page)).to_have_count(2)


async def test_too_long_a_first_text_is_refused_as_well(page: Page, parley: Parley, faults: Faults) -> None:
    faults.expect("42[0-9]")
    await page.goto(parley.url)
    await say(page, "x" * 10_001)
    await expect(page.locator("#composer-error")).to_contain_text("10000")
    await expect(page).to_have_url(f"{parley.url}/")
    assert len(await field(page).input_value()) == 10_001


async def test_a_double_click_sends_once(page: Page, parley: Parley, model: Model) -> None:
    await start(page, parley.url, "First")
    await is_answered(page)
    pen = model.pen()
    await field(page).fill("Only once")
    await page.get_by_role("button", name="Send", exact=True).dblclick()
    await expect(questions(page)).to_have_count(2)
    pen.write("Once.")
    pen.end()
    await is_answered(page)
    assert model.calls == 1
    await page.reload()
    await expect(answers(page)).to_have_count(2)


async def test_strange_signs_arrive_as_they_were_written(page: Page, parley: Parley, model: Model) -> None:
    text = "  <b>ä</b> 😀 &amp; \\ ' \" {{ x }} {% y %} ‮abc\n\n\tend"
    await start(page, parley.url, "First")
    await is_answered(page)
    await say(page, text)
    await expect(questions(page)).to_have_count(2)
    said = await questions(page).last.locator(".message__said").evaluate("(one) => one.textContent")
    assert said.strip() == text.strip()
