"""What a page must do to follow a ``Stream``."""

import re
from dataclasses import dataclass
from itertools import pairwise

_CLOSERS = re.compile(r"(?:</[a-z0-9]+>\s*)+\Z")
_CLOSER = re.compile(r"</[a-z0-9]+>")
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)[^>]*>")
_VOID = frozenset(("br", "hr", "input"))


@dataclass(frozen=True, slots=True)
class Close:
    """Append ``html`` to the finished blocks, and empty the tail."""

    html: str


@dataclass(frozen=True, slots=True)
class Tail:
    """Put ``html`` in place of the tail."""

    html: str


@dataclass(frozen=True, slots=True)
class Grow:
    """Append ``html`` inside the tail's last element, in that one's last element, … ``depth`` levels down."""

    depth: int
    html: str


@dataclass(frozen=True, slots=True)
class Swap:
    """Put ``html`` in place of the tail's last element's last element's … ``depth`` levels down, from 1."""

    depth: int
    html: str


Patch = Close | Tail | Grow | Swap


def growth(old: str, new: str) -> list[Patch]:
    """What makes the tail ``old`` into ``new`` by adding to the ends of its last elements, if that does."""
    ends = insertions(old)
    deepest, start = ends[0]
    if not old or not new.startswith(old[:start]):
        return []
    for depth, position in ends:
        end = len(new) - len(old) + position
        if end >= start and new.endswith(old[position:]):
            pieces = _by_element(new[start:end], deepest - depth)
            if pieces:
                return [
                    Grow(deepest - up, html)
                    for up, html in enumerate(_without_layout(pieces, old, ends))
                    if html
                ]
    return []


def _by_element(added: str, levels: int) -> list[str]:
    """What is added, cut where it closes elements not its own; nothing unless that is ``levels`` times."""
    pieces: list[str] = []
    start = depth = 0
    for tag in _TAG.finditer(added):
        if tag[2] not in _VOID:
            depth += -1 if tag[1] else 1
        if depth < 0:
            pieces.append(added[start : tag.start()])
            start, depth = tag.end(), 0
    return [*pieces, added[start:]] if depth == 0 and len(pieces) == levels else []


def _without_layout(pieces: list[str], old: str, ends: list[tuple[int, int]]) -> list[str]:
    """The pieces without the line ends that stand behind the closed elements already."""
    gaps = [old[old.index(">", here) + 1 : there] for (_, here), (_, there) in pairwise(ends)]
    return [pieces[0], *(piece.removeprefix(gap) for piece, gap in zip(pieces[1:], gaps, strict=False))]


def swap(old: str, new: str, known: int) -> Swap | None:
    """The smallest last element that makes ``old`` into ``new``, looked for after ``known`` characters."""
    ends = insertions(old)
    starts = _open_elements(old, known, ends[0][1])
    for (depth, position), start in zip(ends, reversed(starts), strict=False):
        inside = _between(old[:start], new, old[old.index(">", position) + 1 :])
        if inside:
            return Swap(depth, inside)
    return None


def _between(before: str, new: str, after: str) -> str | None:
    """What ``new`` has between the two, if it has both and that is whole elements and text."""
    end = len(new) - len(after)
    if end < len(before) or not new.startswith(before) or not new.endswith(after):
        return None
    middle = new[len(before) : end]
    return middle if _by_element(middle, 0) else None


def _open_elements(html: str, start: int, end: int) -> list[int]:
    """Where the elements begin that begin in this part and are open at its end, outermost first."""
    begins: list[int] = []
    for tag in _TAG.finditer(html, start, end):
        if tag[1]:
            del begins[-1:]
        elif tag[2] not in _VOID:
            begins.append(tag.start())
    return begins


def insertions(html: str) -> list[tuple[int, int]]:
    """Where html can grow at its end: (depth, position), innermost first, 0 being after everything."""
    found = _CLOSERS.search(html, max(0, len(html) - 400))
    starts = [closer.start() for closer in _CLOSER.finditer(html, found.start())] if found else []
    return [(len(starts) - number, start) for number, start in enumerate(starts)] + [(0, len(html))]
