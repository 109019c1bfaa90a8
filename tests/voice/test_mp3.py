"""Speech becomes an MP3 that can be played while it is made."""

import pytest

from tests.voice.sounds import tone
from voice.audio import MP3_BIT_RATE, Mp3Writer, decoded
from voice.pcm import SPOKEN_RATE

SECONDS = 3


@pytest.mark.parametrize("piece", [1, 999, 4_800, 10**6])
def test_however_the_samples_are_cut_the_same_file_comes(piece):
    pcm = tone(SECONDS, rate=SPOKEN_RATE)[: 20_001 if piece == 1 else None]
    cut, whole = Mp3Writer(), Mp3Writer()
    pieces = [cut.feed(pcm[start : start + piece]) for start in range(0, len(pcm), piece)]
    assert b"".join([*pieces, cut.finish()]) == whole.feed(pcm) + whole.finish()


def test_it_has_the_length_of_what_was_said_and_a_constant_bit_rate():
    writer = Mp3Writer()
    mp3 = writer.feed(tone(SECONDS, rate=SPOKEN_RATE)) + writer.finish()
    assert writer.seconds == SECONDS
    assert decoded(mp3, max_seconds=10, rate=SPOKEN_RATE).seconds == pytest.approx(SECONDS, abs=0.1)
    assert len(mp3) == pytest.approx(SECONDS * MP3_BIT_RATE / 8, rel=0.05)


def test_what_came_so_far_can_be_played():
    writer = Mp3Writer()
    begun = writer.feed(tone(1, rate=SPOKEN_RATE))
    assert decoded(begun, max_seconds=10, rate=SPOKEN_RATE).seconds == pytest.approx(1, abs=0.2)


def test_of_nothing_nothing_is_made():
    writer = Mp3Writer()
    assert (writer.feed(b""), writer.feed(b"\0"), writer.finish(), writer.seconds) == (b"", b"", b"", 0)
