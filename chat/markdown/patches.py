"""What a page must do to follow a ``Stream``."""

import re
from dataclasses import dataclass

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


Patch = Close | Tail | Grow


def change(old: str, new: str) -> Grow | Tail | None:
    """The smallest patch that makes the tail ``old`` into ``new``; None where they are equal."""
    if old == new:
        return None
    if old and len(new) > len(old):
        for depth, position in insertions(old):
            if new.startswith(old[:position]) and new.endswith(old[position:]):
                added = new[position : len(new) - len(old) + position]
                if _is_whole(added):
                    return Grow(depth, added)
    return Tail(new)


def insertions(html: str) -> list[tuple[int, int]]:
    """Where html can grow at its end: (depth, position), innermost first, 0 being after everything."""
    found = _CLOSERS.search(html, max(0, len(html) - 400))
    starts = [closer.start() for closer in _CLOSER.finditer(html, found.start())] if found else []
    return [(len(starts) - number, start) for number, start in enumerate(starts)] + [(0, len(html))]


def _is_whole(html: str) -> bool:
    """Whether each element that begins in ``html`` ends in it, and no other does."""
    depth = 0
    for tag in _TAG.finditer(html):
        if tag[2] not in _VOID:
            depth += -1 if tag[1] else 1
        if depth < 0:
            return False
    return depth == 0
