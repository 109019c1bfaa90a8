"""A child that understands English: ``python -m voice.child_hear``, started by ``voice.speech.offline``.

It loads pocketsphinx with the model that comes along: a second and 100 MB, so it is kept for a while.
"""

from collections.abc import Iterator
from typing import Any

from pocketsphinx import Decoder

from children.life import Bounds, live
from children.wire import Message
from voice.pcm import HEARD_RATE, pieces_at_pauses

BOUNDS = Bounds(memory=1024 * 1024 * 1024, cpu=300, nice=10, closed=True)
#: Seconds that are searched in one go: memory and time grow with them, and nobody says a sentence that long.
LONGEST_S = 15
#: Frames, hundredths of a second. What lasts longer is a noise that resembles a word.
LONGEST_WORD = 120
#: A narrower search than usual, four times as quick and hardly worse: an eighth of what the recording takes.
SEARCH = {"maxhmmpf": 3000, "maxwpf": 10, "pl_window": 5, "topn": 2}


class Ears:
    def __init__(self) -> None:
        self._decoder = Decoder(samprate=HEARD_RATE, loglevel="FATAL", **SEARCH)

    def answer(self, question: dict[str, Any], pcm: bytes) -> Message:
        pieces = pieces_at_pauses(pcm, HEARD_RATE, LONGEST_S)
        return {"text": " ".join(word for piece in pieces for word in self._words(piece))}, b""

    def _words(self, pcm: bytes) -> Iterator[str]:
        self._decoder.start_stream()  # forgets how noisy it was before: that was somebody else's room
        self._decoder.start_utt()
        self._decoder.process_raw(pcm, full_utt=True)
        self._decoder.end_utt()
        for part in self._decoder.seg() or ():
            # <s>, <sil>, [NOISE] and ++COUGH++ are no words; a second way to say one has a number behind it.
            if part.word[0].isalpha() and part.end_frame - part.start_frame <= LONGEST_WORD:
                yield part.word.partition("(")[0]


if __name__ == "__main__":
    live(Ears().answer, BOUNDS)
