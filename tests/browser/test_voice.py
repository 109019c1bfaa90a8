"""One speaks to an agent and hears it: with the built-in engines, and nothing but this machine."""

import re

import pytest
from playwright.async_api import Page, Request, Route, expect

from tests.browser.conftest import Serve
from tests.browser.faults import Faults
from tests.browser.speaking import kept, microphone, record, send
from tests.browser.talk import CONVERSATION, answer, answers, field, is_answered, questions, say, start
from tests.server.process import Parley
from tests.voice.sounds import said

#: Understanding and speaking take the processor longer than most of what a page waits for.
PATIENCE = 60_000
#: What draws the picture of a sound's level.
PEAKS = re.compile("^[0-9a-f]{128}$")


async def is_transcribed(page: Page) -> None:
    await expect(page).to_have_url(CONVERSATION, timeout=PATIENCE)
    await expect(questions(page).locator(".message__said")).not_to_be_empty()
    await expect(questions(page).locator("sound-player")).to_be_visible()


async def test_a_spoken_question_is_understood_answered_and_the_answer_read_aloud(
    talker: Page, offline: Parley
) -> None:
    asked: list[str] = []
    talker.on("request", lambda request: asked.append(request.url))
    await talker.goto(offline.url)
    await send(talker)
    await is_transcribed(talker)
    player = answer(talker).locator("sound-player")
    await expect(player).to_have_attribute("data-playing", "", timeout=PATIENCE)
    await is_answered(talker)
    await expect(answer(talker).locator("[data-aloud]")).to_have_attribute(
        "data-peaks", PEAKS, timeout=PATIENCE
    )
    await expect(player).to_have_attribute("data-peaks", PEAKS)
    await say(talker, "And now in writing.")
    await expect(answers(talker)).to_have_count(2)
    await is_answered(talker)
    await expect(answer(talker).locator("sound-player")).to_have_count(0)
    assert [url for url in asked if not url.startswith((offline.url, "blob:", "data:"))] == []


async def test_a_recording_plays_in_its_place_with_keys(talker: Page, offline: Parley) -> None:
    await talker.goto(offline.url)
    await send(talker)
    await is_transcribed(talker)
    await is_answered(talker)
    await talker.reload()
    player = questions(talker).locator("sound-player")
    await player.get_by_role("button", name="Play").focus()
    await talker.keyboard.press("Enter")
    await expect(player.get_by_role("button", name="Pause")).to_be_focused()
    await expect(player.get_by_role("slider")).not_to_have_value("0")
    await expect(player.get_by_role("button", name="Play")).to_be_visible()  # at its end
    await talker.keyboard.press("ArrowLeft")
    await expect(player.get_by_role("slider")).to_have_value("0")
    await player.get_by_role("button", name="Speed").click()
    await talker.reload()
    await expect(player.get_by_role("button", name="Speed")).to_contain_text("1.25")


async def test_a_recording_outlives_a_server_that_is_away_and_a_reload(
    talker: Page, offline: Parley, faults: Faults
) -> None:
    faults.expect("ERR_FAILED")
    await talker.goto(offline.url)

    async def away(route: Route) -> None:
        await route.abort()

    await talker.route("**/voice/", away)
    await send(talker)
    await expect(kept(talker)).to_contain_text("Your recording is kept here")
    await talker.reload()
    await expect(kept(talker)).to_contain_text("has not been sent")
    await kept(talker).get_by_role("button", name="Play").click()
    await expect(kept(talker).get_by_role("button", name="Pause")).to_be_visible()
    await talker.unroute("**/voice/", away)
    await kept(talker).get_by_role("button", name="Send again").click()
    await is_transcribed(talker)
    await talker.goto(offline.url)
    await expect(field(talker)).to_be_visible()
    await expect(kept(talker)).to_have_count(0)


async def test_what_is_not_understood_is_kept_and_can_be_thrown_away(
    talker: Page, offline: Parley, faults: Faults
) -> None:
    faults.expect("422")
    words = "I couldn't understand the audio clearly."
    await talker.route(
        "**/voice/", lambda route: route.fulfill(status=422, json={"error": "stt_failed", "detail": words})
    )
    await talker.goto(offline.url)
    await send(talker)
    await expect(kept(talker)).to_contain_text(words)
    await kept(talker).get_by_role("button", name="Discard").click()
    await expect(kept(talker)).to_have_count(0)
    await expect(field(talker)).to_be_focused()
    await talker.reload()
    await expect(field(talker)).to_be_visible()
    await expect(kept(talker)).to_have_count(0)


async def test_a_recording_is_cancelled_by_escape_and_by_sliding_away(talker: Page, offline: Parley) -> None:
    sent: list[Request] = []
    talker.on("request", lambda request: request.method == "POST" and sent.append(request))
    await talker.goto(offline.url)
    await record(talker)
    await talker.keyboard.press("Escape")
    await expect(field(talker)).to_be_visible()
    await expect(microphone(talker)).to_be_focused()
    await microphone(talker).hover()
    await talker.mouse.down()
    await expect(talker.locator(".recorder__time")).to_have_text(re.compile("^0:0[1-9]$"))
    await talker.mouse.move(100, 100)
    await expect(talker.get_by_text("Let go to cancel")).to_be_visible()
    await talker.mouse.up()
    await expect(field(talker)).to_be_visible()
    assert sent == []
    assert await kept(talker).count() == 0


async def test_a_recording_warns_before_its_end_and_ends_by_itself(talker: Page, offline: Parley) -> None:
    await talker.route("**/voice/", lambda route: route.fulfill(status=200, json={}))
    await talker.goto(offline.url)
    await talker.locator("voice-recorder").evaluate("recorder => recorder.dataset.most = 22")
    await microphone(talker).press("Enter")
    await expect(talker.locator(".recorder__left")).to_have_text(re.compile("^(20|1[0-9]) s left$"))
    async with talker.expect_request("**/voice/"):
        await talker.locator("voice-recorder").evaluate("recorder => recorder.dataset.most = 4")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("Object.defineProperty(window, 'isSecureContext', { value: false })", "https"),
        ("delete window.MediaRecorder", "This browser cannot"),
        ("reject('NotAllowedError')", "Allow it by the sign"),
        ("reject('NotFoundError')", "No microphone was found"),
        ("reject('NotReadableError')", "another program"),
    ],
)
async def test_why_there_is_no_microphone_is_said(
    page: Page, offline: Parley, fault: str, words: str
) -> None:
    reject = """const reject = (name) => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', name))
    };"""
    await page.add_init_script(reject + fault)
    await page.goto(offline.url)
    await microphone(page).click()
    await expect(page.get_by_role("alert")).to_contain_text(words)
    await expect(field(page)).to_be_visible()


async def test_any_message_is_read_aloud_and_tried_again_where_it_fails(
    page: Page, offline: Parley, faults: Faults
) -> None:
    faults.expect("503")
    await start(page, offline.url, "Read this to me.")
    await is_answered(page)

    async def fail(route: Route) -> None:
        await route.fulfill(status=503, json={"error": "tts_failed"})

    await page.route("**/speech", fail)
    await answer(page).get_by_role("button", name="Read aloud").click()
    await expect(answer(page).locator(".message__speech")).to_contain_text("couldn't generate audio")
    await page.unroute("**/speech", fail)
    await answer(page).get_by_role("button", name="Try again").click()
    player = answer(page).locator("sound-player")
    await expect(player).to_have_attribute("data-playing", "", timeout=PATIENCE)
    await questions(page).hover()
    await questions(page).get_by_role("button", name="Read aloud").click()
    await expect(player).to_have_count(0)
    mine = questions(page).locator("sound-player")
    await expect(mine).to_have_attribute("data-playing", "", timeout=PATIENCE)
    await page.keyboard.press("Escape")
    await expect(mine).not_to_have_attribute("data-playing", "")


async def test_escape_ends_a_reading_also_where_it_is_made(page: Page, offline: Parley) -> None:
    await start(page, offline.url, "Read this to me.")
    await is_answered(page)

    async def go_on(route: Route) -> None:
        if route.request.method == "GET":
            await route.fulfill(body=said("one two three four five " * 5), content_type="audio/wav")
        else:
            await route.continue_()

    await page.route("**/speech", go_on)
    await answer(page).get_by_role("button", name="Read aloud").click()
    await expect(answer(page).locator("sound-player")).to_have_attribute("data-playing", "")
    async with page.expect_response(lambda response: response.request.method == "DELETE") as stopped:
        await page.keyboard.press("Escape")
    response = await stopped.value
    assert (response.url.rsplit("/")[-1], response.status) == ("speech", 204)


async def test_where_voice_is_switched_off_there_is_nothing_of_it(page: Page, serve: Serve) -> None:
    parley = await serve(VOICE="false", OFFLINE_DELAY="0")
    await start(page, parley.url, "In writing only")
    await is_answered(page)
    assert await page.locator(".composer__microphone, [data-aloud], script[src*=voice]").count() == 0
