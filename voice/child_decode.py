"""A child that decodes one recording: ``python -m voice.child_decode``, started by ``voice.decoding``."""

import io
import wave
from collections.abc import Callable
from typing import Any

from children.life import Bounds, live
from children.wire import Message
from voice.audio import Probed, Unusable, decoded, heard
from voice.pcm import HEARD_RATE, SAMPLE, SPOKEN_RATE

# What 5 MiB can hold at worst, an hour, is found too long after its first minutes.
BOUNDS = Bounds(memory=512 * 1024 * 1024, cpu=10, closed=True)


_WAYS: dict[str, Callable[[bytes, float], Probed]] = {
    "recording": lambda data, most: heard(data, max_seconds=most),
    "speech": lambda data, most: decoded(data, max_seconds=most, rate=SPOKEN_RATE),
}


def answer(question: dict[str, Any], data: bytes) -> Message:
    try:
        found = _WAYS[question["as"]](data, question["max_seconds"])
    except Unusable as refusal:
        return {"fault": refusal.fault}, b""
    return {"kind": found.kind, "peaks": found.peaks}, found.pcm


def rehearse() -> None:
    """Loads all that decoding needs, while files can still be opened and nobody waits."""
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setparams((1, SAMPLE, HEARD_RATE, 0, "NONE", ""))
        writer.writeframes(b"\0\x40\0\xc0" * (HEARD_RATE // 2))
    answer({"as": "recording", "max_seconds": 1}, file.getvalue())


if __name__ == "__main__":
    rehearse()
    live(answer, BOUNDS)
