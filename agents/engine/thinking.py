"""Models that reason inside their answer: `<think>…</think>` before the first word of it."""

from enum import Enum
from typing import NamedTuple

OPEN = "<think>"
CLOSE = "</think>"

# White space before a tag is held back until it is clear what follows; nobody sends more than a few lines.
MOST_SPACE = 1_000


class Split(NamedTuple):
    """What a piece turned out to be; the reasoning came before the text."""

    reasoning: str
    text: str


class _Where(Enum):
    START = 0
    THINKING = 1
    BETWEEN = 2
    TEXT = 3


class ThinkSplitter:
    """Takes reasoning out of a stream of text pieces: any split of the same text gives the same result.

    Only a tag at the very beginning counts, white space aside: later on, and so inside a code block, it is
    something the answer talks about. White space around the reasoning is dropped.
    """

    def __init__(self) -> None:
        self._where = _Where.START
        self._held = ""
        self._begun = False

    def feed(self, piece: str) -> Split:
        if self._where is _Where.TEXT:
            return Split("", piece)
        self._held += piece
        if self._where is _Where.START:
            self._decide()
        reasoning = self._think() if self._where is _Where.THINKING else ""
        if self._where is _Where.BETWEEN:
            self._held = self._held.lstrip()
            if self._held:
                self._where = _Where.TEXT
        text = self._take() if self._where is _Where.TEXT else ""
        return Split(reasoning, text)

    def flush(self) -> Split:
        """What was held back for a tag that never came."""
        held = self._take()
        if self._where is _Where.THINKING:
            return Split(held, "")
        return Split("", held)

    def _decide(self) -> None:
        start = self._held.lstrip()
        too_much_space = len(self._held) - len(start) > MOST_SPACE
        if start.startswith(OPEN) and not too_much_space:
            self._where, self._held = _Where.THINKING, start[len(OPEN) :]
        elif too_much_space or not OPEN.startswith(start):
            self._where = _Where.TEXT

    def _think(self) -> str:
        if not self._begun:
            self._held = self._held.lstrip()
            self._begun = bool(self._held)
        reasoning, closed, rest = self._held.partition(CLOSE)
        if closed:
            self._where, self._held = _Where.BETWEEN, rest
            return reasoning
        kept = _begun_tag(self._held)
        self._held = kept
        return reasoning[: len(reasoning) - len(kept)]

    def _take(self) -> str:
        held, self._held = self._held, ""
        return held


def _begun_tag(text: str) -> str:
    """The longest end of the text that may be the beginning of the closing tag."""
    for length in range(min(len(CLOSE) - 1, len(text)), 0, -1):
        if CLOSE.startswith(text[-length:]):
            return text[-length:]
    return ""
