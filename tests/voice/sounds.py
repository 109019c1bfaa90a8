"""Recordings for the tests, spoken by espeak-ng and packed by PyAV: there are no files of sound here."""

import io
import math
import random
import wave
from array import array
from functools import cache

import av

from voice.espeak import Espeak

#: Packing by the kind that a recording is found to be: PyAV's container, encoder, and samples a second.
PACKINGS = {
    "webm": ("webm", "libopus", 48_000),
    "ogg": ("ogg", "libopus", 48_000),
    "mp3": ("mp3", "libmp3lame", 24_000),
    "wav": ("wav", "pcm_s16le", 22_050),
    "m4a": ("mp4", "aac", 44_100),
}


#: How to pack in small pieces.
LIVE = {
    "webm": {"live": "1", "cluster_time_limit": "20"},
    "m4a": {"movflags": "frag_every_frame+empty_moov+default_base_moof"},
}


@cache
def _espeak() -> Espeak:
    return Espeak()


@cache
def said(text: str = "one two three four five", *, variant: str = "klatt4") -> bytes:
    """``text`` as a WAV file, in a voice that the offline recogniser understands best."""
    espeak = _espeak()
    pcm = espeak.say(text, voice="", language=f"en-us+{variant}", words_a_minute=150)
    return wav(pcm, espeak.rate)


def wav(pcm: bytes, rate: int = 16_000) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(1)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes(pcm)
    return file.getvalue()


@cache
def packed(kind: str, recording: bytes | None = None, *, live: bool = False) -> bytes:
    """A recording (WAV; a spoken one where none is given) as a browser or a telephone sends it.

    ``live`` is what a recorder in a page writes, which does not know how much will come: in as many pieces
    as can be, each of some hundredths of a second, and without a length.
    """
    container, encoder, rate = PACKINGS[kind]
    file = io.BytesIO()
    options = LIVE[kind] if live else {}
    with (
        av.open(io.BytesIO(recording or said())) as source,
        av.open(file, "w", format=container, options=options) as target,
    ):
        stream = target.add_stream(encoder, rate=rate, layout="mono")
        for frame in source.decode(audio=0):
            frame.pts = None
            target.mux(stream.encode(frame))
        target.mux(stream.encode(None))
    return file.getvalue()


def tone(seconds: float, *, hertz: float = 440, loudness: int = 8_000, rate: int = 16_000) -> bytes:
    """A note as samples. One period is made, and repeated."""
    period = round(rate / hertz)
    wave_form = array("h", (round(loudness * math.sin(2 * math.pi * n / period)) for n in range(period)))
    return (wave_form.tobytes() * (round(seconds * rate) // period + 1))[: round(seconds * rate) * 2]


def noise(seconds: float, *, loudness: int = 8_000, rate: int = 16_000) -> bytes:
    chance = random.Random(7)
    return array("h", (chance.randint(-loudness, loudness) for _ in range(round(seconds * rate)))).tobytes()


@cache
def film() -> bytes:
    """A second of video with sound, as WebM."""
    file = io.BytesIO()
    with av.open(file, "w", format="webm") as target:
        picture = target.add_stream("libvpx", rate=5)
        picture.width = picture.height = 16
        picture.pix_fmt = "yuv420p"
        for _ in range(5):
            target.mux(picture.encode(av.VideoFrame(16, 16, "yuv420p")))
        target.mux(picture.encode(None))
    return file.getvalue()
