"""Without a service, plain English is understood, and nothing is made of what is none."""

import asyncio

import pytest

from tests.voice.sounds import noise, packed, said, tone, wav
from voice.decoding import judged
from voice.errors import NotUnderstood
from voice.pcm import HEARD_RATE, SAMPLE
from voice.speech.base import Heard
from voice.speech.registry import recogniser

COUNTED = "one two three four five"


async def understood(recording: bytes, language: str = "") -> str:
    found = await judged(recording, max_seconds=120, max_bytes=5 * 1024 * 1024)
    heard = Heard(original=recording, kind=found.kind, pcm=found.pcm, language=language)
    return await recogniser().transcribe(heard)


@pytest.mark.parametrize("kind", ["webm", "m4a"])
async def test_what_was_said_is_written_down(kind):
    assert await understood(packed(kind)) == COUNTED


async def test_what_two_say_at_once_is_not_mixed_up():
    asked = (understood(said()), understood(wav(noise(1))), understood(said(), "en-GB"))
    first, nothing, last = await asyncio.gather(*asked, return_exceptions=True)
    assert (first, last) == (COUNTED, COUNTED)
    assert isinstance(nothing, NotUnderstood)


@pytest.mark.parametrize("sound", [noise(3), tone(2)], ids=["noise", "tone"])
async def test_what_nobody_said_is_not_understood(sound):
    with pytest.raises(NotUnderstood, match="I couldn't understand the audio clearly"):
        await understood(wav(sound))


async def test_a_language_it_does_not_know_is_refused_and_says_so():
    heard = Heard(original=b"", kind="wav", pcm=bytes(HEARD_RATE * SAMPLE), language="de-AT")
    with pytest.raises(NotUnderstood) as raised:
        await recogniser().transcribe(heard)
    assert raised.value.text.startswith("Without a speech service only English is understood.")
    assert raised.value.fallback.startswith("I couldn't understand the audio clearly.")


async def test_the_loop_goes_on_while_it_listens():
    listening = asyncio.create_task(understood(said()))
    turns = 0
    while not listening.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns > 100
    assert await listening == COUNTED
