"""A text in pieces that are found and cited: at headings, paragraphs and sentences, with a little overlap.

Pieces are places in the text, so that it can be shown that nothing of it is lost.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

#: Characters of a piece at most, and how many of its end the next begins with where a section goes on.
MOST = 1_200
OVERLAP = 150
#: Characters of the headings in front of a piece, of all and of one; what is longer is text.
MOST_PATH, MOST_HEADING = 200, 80
#: Characters that are divided at a time: of all of a large text, the sentences would fill the memory.
WINDOW = 100_000
BETWEEN = " › "

_HEADING = re.compile(r"^(#{1,6})[ \t]+(\S[^\n]*)$", re.MULTILINE)
_FENCE = re.compile(r"^(?:```|~~~)[^\n]*$", re.MULTILINE)
_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*")
#: After what ends a sentence in most scripts, with quotes that close, and at the end of each line.
_SENTENCE = re.compile(r"(?<=[.!?…。！？])[\"'”’»)\]]*\s+|(?<=[。！？])|\n\s*")


@dataclass(frozen=True, slots=True)
class Piece:
    """``text[start:end]``, under the headings of ``path``, outermost first."""

    start: int
    end: int
    path: tuple[str, ...] = ()

    def shown(self, text: str) -> str:
        """The words with their headings in front, which stand there instead of in the text."""
        words = text[self.start : self.end].strip()
        while self.path and (heading := _HEADING.match(words)) and heading[2].rstrip() in self.path:
            words = words[heading.end() :].lstrip()
        path = BETWEEN.join(self.path)
        return f"{path}\n{words}".strip() if path else words


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence, or what is left of one that is too long. ``begins`` a paragraph or not."""

    start: int
    end: int
    begins: bool


def pieces_of(
    text: str, *, headed: bool = False, most: int = MOST, overlap: int = OVERLAP
) -> Iterator[Piece]:
    """Every character that is no space is in one piece at least, and no piece is longer than ``most``.

    With ``headed`` lines such as ``## Loans`` are headings, as in Markdown.
    """
    sections = _sections(text) if headed else [Piece(0, len(text))]
    for section in sections:
        for begin, close in _windows(text, section.start, section.end):
            for start, end in _packed(list(_units(text, begin, close, most)), most, overlap):
                yield Piece(start, end, section.path)


def _sections(text: str) -> Iterator[Piece]:
    """From heading to heading; one with nothing below it but a deeper one is part of that."""
    fences = [match.start() for match in _FENCE.finditer(text)]
    fenced = list(zip(fences[::2], fences[1::2], strict=False))
    open_path: list[tuple[int, str]] = []
    start, inside, open_end = 0, 0, -1
    for heading in _HEADING.finditer(text):
        while inside < len(fenced) and fenced[inside][1] < heading.start():
            inside += 1
        if inside < len(fenced) and fenced[inside][0] < heading.start():
            continue
        level = len(heading[1])
        bare = open_end >= 0 and not text[open_end : heading.start()].strip()
        merges = bare and open_path[-1][0] < level
        if heading.start() > start and not merges:
            yield Piece(start, heading.start(), _path(open_path))
            start = heading.start()
        open_path = [one for one in open_path if one[0] < level] + [(level, heading[2].rstrip())]
        open_end = heading.end()
    if start < len(text):
        yield Piece(start, len(text), _path(open_path))


def _path(headings: Iterable[tuple[int, str]]) -> tuple[str, ...]:
    """The innermost that fit; a heading that is too long for it stays in the text."""
    path: list[str] = []
    room = MOST_PATH
    for _level, heading in reversed(list(headings)):
        room -= len(heading) + len(BETWEEN)
        if room < 0:
            break
        if len(heading) <= MOST_HEADING:
            path.insert(0, heading)
    return tuple(path)


def _windows(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """At ends of paragraphs if there are any, else of lines, else wherever they are full."""
    while end - start > WINDOW:
        ends = (text.rfind(gap, start + WINDOW // 2, start + WINDOW) for gap in ("\n\n", "\n", " "))
        at = next((at for at in ends if at >= 0), start + WINDOW)
        yield start, at
        start = at
    yield start, end


def _units(text: str, start: int, end: int, most: int) -> Iterator[_Unit]:
    for paragraph_start, paragraph_end in _between(_PARAGRAPH, text, start, end):
        begins = True
        for sentence_start, sentence_end in _between(_SENTENCE, text, paragraph_start, paragraph_end):
            for part_start, part_end in _cut(text, sentence_start, sentence_end, most):
                yield _Unit(part_start, part_end, begins)
                begins = False


def _between(gap: re.Pattern[str], text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """What lies between the ends of gaps: with the gap behind it, so that no character is lost."""
    at = start
    for match in gap.finditer(text, start, end):
        if match.end() > at and text[at : match.end()].strip():
            yield at, match.end()
            at = match.end()
    if at < end and text[at:end].strip():
        yield at, end


def _cut(text: str, start: int, end: int, most: int) -> Iterator[tuple[int, int]]:
    """At spaces in the second half of what fits, else wherever it is full."""
    start, end = _trimmed(text, start, end)
    while end - start > most:
        at = max(text.rfind(space, start + most // 2, start + most) for space in (" ", "\n", "\t"))
        at = at + 1 if at >= 0 else start + most
        yield start, at
        start, end = _trimmed(text, at, end)
    if end > start:
        yield start, end


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    part = text[start:end]
    return start + len(part) - len(part.lstrip()), end - len(part) + len(part.rstrip())


def _packed(units: list[_Unit], most: int, overlap: int) -> Iterator[tuple[int, int]]:
    """As many units as fit, ending with a paragraph where that leaves the piece at least half full."""
    first = 0
    while first < len(units):
        after = first + 1
        while after < len(units) and units[after].end - units[first].start <= most:
            after += 1
        if after < len(units):
            after = _good_end(units, first, after, most)
        yield units[first].start, units[after - 1].end
        first = _with_overlap(units, first, after, most, overlap)


def _good_end(units: list[_Unit], first: int, after: int, most: int) -> int:
    for candidate in range(after, first + 1, -1):
        if units[candidate - 1].end - units[first].start < most // 2:
            break
        if units[candidate].begins:
            return candidate
    return after


def _with_overlap(units: list[_Unit], first: int, after: int, most: int, overlap: int) -> int:
    """Where the next piece begins: a few sentences earlier, unless a paragraph begins there anyway."""
    if after >= len(units) or units[after].begins:
        return after
    begin = after
    while (
        begin - 1 > first
        and units[after - 1].end - units[begin - 1].start <= overlap
        and units[after].end - units[begin - 1].start <= most
    ):
        begin -= 1
    return begin
