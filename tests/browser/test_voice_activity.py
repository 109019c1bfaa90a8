"""Where speech begins and ends, and what of an answer is being said: rules of the page, without sound."""

import pytest
from playwright.async_api import Page

from tests.server.process import ROOT

VOICE = ROOT / "static/js/voice"
#: Runs a module of ours in an empty page, which has no content security policy.
IMPORT = "source => import(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })))"
HEAR = f"""async ([source, frames, options]) => {{
  const {{ Activity }} = await ({IMPORT})(source)
  const activity = new Activity()
  return frames.map((loudness, at) => [at, activity.hear(loudness, options)]).filter(([, told]) => told)
}}"""
CAPTION = f"""async ([source, ...said]) => (await ({IMPORT})(source)).captionAt(...said)"""

STILL, HUM, VOICE_LEVEL = 0.001, 0.03, 0.15
#: One second is twenty frames; words have gaps between them.
SECOND = 20
WORDS = [VOICE_LEVEL] * 6 + [STILL] * 2


async def heard(page: Page, frames: list[float], **options: float) -> list[tuple[int, str]]:
    source = (VOICE / "activity.js").read_text("utf-8")
    return [(at, told) for at, told in await page.evaluate(HEAR, [source, frames, options])]


async def test_what_is_said_ends_a_second_after_its_last_word(page: Page) -> None:
    frames = [STILL] * SECOND + WORDS * 5 + [STILL] * 2 * SECOND
    (began, first), (ended, second) = await heard(page, frames)
    assert (first, second) == ("began", "ended")
    assert began == SECOND + 2
    assert ended == SECOND + len(WORDS) * 5 - 2 + SECOND - 1


async def test_a_pause_for_breath_ends_nothing(page: Page) -> None:
    frames = WORDS * 3 + [STILL] * (SECOND - 5) + WORDS * 3 + [STILL] * 2 * SECOND
    assert [told for _, told in await heard(page, frames)] == ["began", "ended"]


async def test_a_cough_is_noise(page: Page) -> None:
    frames = [STILL] * SECOND + [VOICE_LEVEL] * 4 + [STILL] * 2 * SECOND
    assert [told for _, told in await heard(page, frames)] == ["began", "noise"]


async def test_a_room_that_hums_is_soon_taken_for_silence(page: Page) -> None:
    """Somebody who then speaks is heard over it, and heard to end."""
    frames = [HUM] * 20 * SECOND
    assert [told for _, told in await heard(page, frames)][:2] == ["began", "ended"]
    spoken = frames + [HUM * 6] * SECOND + [HUM] * 2 * SECOND
    assert [told for _, told in await heard(page, spoken)] == ["began", "ended"] * 2


async def test_over_an_answer_it_takes_more_to_be_heard(page: Page) -> None:
    echo = [STILL] * SECOND + [0.01, 0.008, 0.002] * SECOND
    assert await heard(page, echo, onset=300, ratio=6) == []
    assert [told for _, told in await heard(page, [*echo, *WORDS * 3], onset=300, ratio=6)] == ["began"]


@pytest.mark.parametrize(
    ("time", "length", "caption"),
    [(0, 10, "One is short."), (5, 10, "Two is quite a bit longer!"), (9.9, 10, "三。"), (99, None, "三。")],
)
async def test_the_caption_is_the_sentence_that_is_being_said(
    page: Page, time: float, length: float | None, caption: str
) -> None:
    source = (VOICE / "captions.js").read_text("utf-8")
    text = "One is short. Two is quite a bit longer!\n三。"
    assert await page.evaluate(CAPTION, [source, text, time, length]) == caption
