"""Sound as plain samples: mono, signed 16 bit, little endian. Needs no library."""

import sys
from array import array
from collections.abc import Iterator
from itertools import pairwise
from operator import mul
from typing import Final

#: Samples a second of what is heard, and of what is spoken.
HEARD_RATE: Final = 16_000
SPOKEN_RATE: Final = 24_000
#: Bytes of one sample.
SAMPLE: Final = 2

#: Columns of the picture that is drawn of a sound.
PEAKS = 64
LOUDEST = 32_768
#: Where no fiftieth of a second is louder than this (root mean square, -50 dBFS), nobody spoke: a quiet voice
#: at a cheap microphone has some -40 dBFS, a room some -60.
SILENCE = LOUDEST * 10 ** (-50 / 20)
WINDOWS_A_SECOND = 50


def seconds_of(pcm: bytes, rate: int) -> float:
    return len(pcm) / SAMPLE / rate


def peaks_of(pcm: bytes) -> str:
    """How loud the sound is from its beginning to its end: 64 bytes in hex digits, the loudest of them ff."""
    samples = _samples(pcm)
    if not samples:
        return "00" * PEAKS
    bounds = [len(samples) * column // PEAKS for column in range(PEAKS + 1)]
    loud = [_peak(samples[start:end]) for start, end in pairwise(bounds)]
    loudest = max(loud) or 1
    return bytes(255 * peak // loudest for peak in loud).hex()


def is_silent(pcm: bytes, rate: int) -> bool:
    """Whether it is quiet all the time. A constant offset, as cheap sound cards have it, is no sound."""
    return not any(_variance(window) > SILENCE**2 for window in _windows(_samples(pcm), rate))


def pieces_at_pauses(pcm: bytes, rate: int, longest: float) -> Iterator[bytes]:
    """The sound in pieces of at most ``longest`` seconds, cut where the latter half of each is quietest."""
    most = round(longest * rate) * SAMPLE
    while len(pcm) > most:
        latter = list(_windows(_samples(pcm[most // 2 : most]), rate))
        quietest = min(range(len(latter)), key=lambda window: _variance(latter[window]))
        cut = most // 2 + (quietest * (rate // WINDOWS_A_SECOND) + len(latter[quietest]) // 2) * SAMPLE
        yield pcm[:cut]
        pcm = pcm[cut:]
    yield pcm


def _peak(samples: "array[int]") -> int:
    return max(max(samples), -min(samples)) if samples else 0


def _variance(samples: "array[int]") -> float:
    mean: float = sum(samples) / len(samples)
    power: float = sum(map(mul, samples, samples)) / len(samples)
    return power - mean * mean


def _windows(samples: "array[int]", rate: int) -> Iterator["array[int]"]:
    length = rate // WINDOWS_A_SECOND
    for start in range(0, len(samples), length):
        yield samples[start : start + length]


def _samples(pcm: bytes) -> "array[int]":
    samples = array("h", pcm[: len(pcm) // SAMPLE * SAMPLE])
    if sys.byteorder == "big":
        samples.byteswap()
    return samples
