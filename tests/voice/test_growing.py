"""An MP3 that grows: what was written can be read, from any place, and after its end nothing happens."""

from array import array

import av
import pytest

from voice.growing import PIECE, GrowingMp3
from voice.levels import Levels
from voice.pcm import SPOKEN_RATE, peaks_of


def tone(seconds: float, loudness: int = 9000) -> bytes:
    half = SPOKEN_RATE // 400
    wave = [loudness] * half + [-loudness] * half
    return array(
        "h", (wave * (int(SPOKEN_RATE * seconds) // len(wave) + 1))[: int(SPOKEN_RATE * seconds)]
    ).tobytes()


def test_what_was_read_on_the_way_is_the_whole():
    mp3 = GrowingMp3()
    read = b""
    for _second in range(12):
        mp3.feed(tone(1.0))
        while piece := mp3.read(len(read)):
            assert len(piece) <= PIECE
            read += piece
    mp3.finish()
    while piece := mp3.read(len(read)):
        read += piece
    assert len(read) == mp3.size
    mp3.file.seek(0)
    assert mp3.file.read() == read
    mp3.file.seek(0)
    with av.open(mp3.file) as container:
        heard = sum(frame.samples for frame in container.decode(audio=0)) / SPOKEN_RATE
    assert heard == pytest.approx(mp3.seconds, abs=0.2)
    assert mp3.seconds == 12


def test_its_file_is_closed_with_the_last_hold_of_it():
    mp3 = GrowingMp3()
    file = mp3.file
    assert not file.closed
    del mp3
    assert file.closed


def test_the_picture_is_that_of_the_whole_sound():
    sound = b"".join(tone(0.64, loudness) for loudness in (1000, 30_000, 200, 12_000))
    levels = Levels()
    for begin in range(0, len(sound), 999):
        levels.feed(sound[begin : begin + 999])
    assert levels.peaks == peaks_of(sound)
