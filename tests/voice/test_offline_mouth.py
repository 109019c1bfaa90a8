"""Without a service, text is spoken in many languages, plainly."""

import asyncio
from array import array
from itertools import pairwise

import pytest

from voice.child_hear import LONGEST_S
from voice.espeak import VARIANTS
from voice.pcm import SPOKEN_RATE, is_silent, pieces_at_pauses, seconds_of
from voice.speech.registry import speaker

SENTENCE = "What is seven times six?"


async def spoken(
    text: str = SENTENCE, *, voice: str = "alloy", speed: float = 1, language: str = ""
) -> bytes:
    return b"".join([pcm async for pcm in speaker().speak(text, voice=voice, speed=speed, language=language)])


def alike(one: bytes, other: bytes) -> bool:
    """Whether it is the same said in the same way: espeak-ng's throat trembles a little."""
    return abs(len(one) - len(other)) < len(one) * 0.01


async def test_a_sentence_is_heard():
    pcm = await spoken()
    assert 1 < seconds_of(pcm, SPOKEN_RATE) < 3
    assert not is_silent(pcm, SPOKEN_RATE)


async def test_it_is_as_quick_as_it_is_told():
    lengths = [seconds_of(await spoken(speed=speed), SPOKEN_RATE) for speed in (0.25, 0.5, 1, 2, 4)]
    assert lengths == sorted(lengths, reverse=True)
    usual = lengths[2]
    assert 3 * usual < lengths[0] < 5 * usual
    assert lengths[4] < usual / 3


async def test_voices_are_of_different_people_and_an_unknown_one_is_the_usual():
    bright = {name: brightness(await spoken(voice=name)) for name in VARIANTS}
    women, men = ("nova", "shimmer"), ("alloy", "echo", "fable", "onyx")
    assert min(bright[name] for name in women) > 1.2 * max(bright[name] for name in men)
    unknown = brightness(await spoken(voice="Aoede; rm -rf /"))
    assert unknown == pytest.approx(bright["alloy"], rel=0.1)


def brightness(pcm: bytes) -> int:
    """How often the wave crosses zero: nearly the same each time a voice says it."""
    samples = array("h", pcm)
    return sum((one < 0) != (other < 0) for one, other in pairwise(samples))


async def test_the_language_is_the_one_asked_for_or_that_of_the_text():
    text = "Wie viel ist sieben mal sechs?"
    assert alike(await spoken(text), await spoken(text, language="de-AT"))
    assert not alike(await spoken(text), await spoken(text, language="en"))
    assert await spoken(text, language="xx-not-one")


@pytest.mark.parametrize("text", ["", "  \n", "\0"])
async def test_without_words_nothing_is_said(text):
    assert await spoken(text) == b""


async def test_a_long_text_comes_piece_by_piece_and_whole():
    text = " ".join(["Sieben mal sechs ist zweiundvierzig."] * 40)
    pieces = [pcm async for pcm in speaker().speak(text, voice="nova", speed=1, language="de")]
    assert len(pieces) > 2
    assert seconds_of(b"".join(pieces), SPOKEN_RATE) > 60


async def test_two_speak_at_once_each_their_own():
    both = await asyncio.gather(spoken("One."), spoken("This takes longer to say than that."))
    assert seconds_of(both[0], SPOKEN_RATE) < seconds_of(both[1], SPOKEN_RATE)


async def test_who_stops_listening_stops_it():
    speech = speaker().speak(" ".join([SENTENCE] * 200), voice="alloy", speed=1, language="en")
    assert await anext(speech)
    await speech.aclose()
    assert await spoken()


async def test_sound_is_cut_at_pauses():
    pcm = b"".join([await spoken("One two three.") for _ in range(24)])
    pieces = list(pieces_at_pauses(pcm, SPOKEN_RATE, LONGEST_S))
    assert b"".join(pieces) == pcm
    assert len(pieces) > 1
    assert all(seconds_of(piece, SPOKEN_RATE) <= LONGEST_S for piece in pieces)
    assert all(is_silent(piece[-SPOKEN_RATE // 100 :], SPOKEN_RATE) for piece in pieces[:-1])
