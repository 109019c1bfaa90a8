"""A child that speaks: ``python -m voice.child_speak``, started by ``voice.speech.offline``.

A second of speech takes it a few milliseconds.
"""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, cast

import av
from av.filter import Graph
from av.filter.context import FilterContext

from children.life import Bounds, live
from children.wire import Message
from voice.espeak import SLOWEST_RATE, USUAL_RATE, Espeak
from voice.pcm import SAMPLE, SPOKEN_RATE

# Its voices are files, read when they are first asked for.
BOUNDS = Bounds(memory=512 * 1024 * 1024, cpu=30, nice=5)


class Mouth:
    def __init__(self) -> None:
        self._espeak = Espeak()

    def answer(self, question: dict[str, Any], text: bytes) -> Message:
        wanted = question["speed"] * USUAL_RATE
        rate = max(wanted, SLOWEST_RATE)
        pcm = self._espeak.say(
            text.decode(),
            voice=question["voice"],
            language=question["language"],
            words_a_minute=round(rate),
        )
        return {}, _at_spoken_rate(pcm, self._espeak.rate, tempo=wanted / rate) if pcm else b""


def _at_spoken_rate(pcm: bytes, rate: int, *, tempo: float) -> bytes:
    """``tempo`` below 1 draws out what espeak-ng cannot say slowly enough, at the same pitch."""
    frame = av.AudioFrame(format="s16", layout="mono", samples=len(pcm) // SAMPLE, align=True)
    frame.planes[0].update(pcm)
    frame.rate = rate
    graph = Graph()
    steps = [
        graph.add_abuffer(sample_rate=rate, format="s16", layout="mono"),
        graph.add("atempo", str(tempo)),
        graph.add("aresample", str(SPOKEN_RATE)),
        graph.add("aformat", "sample_fmts=s16:channel_layouts=mono"),
        graph.add("abuffersink"),
    ]
    graph.link_nodes(*steps).configure()
    steps[0].push(frame)
    steps[0].push(None)
    return b"".join(_pulled(steps[-1]))


def _pulled(sink: FilterContext) -> Iterator[bytes]:
    with suppress(av.EOFError):
        while True:
            frame = cast("av.AudioFrame", sink.pull())
            yield bytes(frame.planes[0])[: frame.samples * SAMPLE]


if __name__ == "__main__":
    live(Mouth().answer, BOUNDS)
