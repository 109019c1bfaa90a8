"""What changed between two prompts: by lines, and inside a changed line by words. Plain values, no HTML."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

#: Unchanged lines shown around a change.
CONTEXT = 2
#: Comparing takes time with the square of the length: past these, all counts as changed.
MAX_LINES = 2_000
MAX_WORDS = 1_000
#: Pairs of changed lines that are compared by words, one after another in a stretch.
MAX_PAIRS = 100


@dataclass(frozen=True)
class Piece:
    """Some words of a line; ``changed`` when they are what differs in it."""

    text: str
    changed: bool = False


@dataclass(frozen=True)
class Line:
    """``gap`` stands for unchanged lines that are left out; ``count`` is how many."""

    kind: Literal["same", "removed", "added", "gap"]
    pieces: tuple[Piece, ...] = ()
    count: int = 0


def difference(before: str, after: str) -> list[Line]:
    """The lines of both, removed before added, with long unchanged stretches left out; [] when equal."""
    old, new = before.splitlines(), after.splitlines()
    if old == new:
        return []
    return list(_shortened(list(_lines(old, new))))


def _lines(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    for tag, old_from, old_to, new_from, new_to in _opcodes(old, new, MAX_LINES):
        if tag == "equal":
            yield from (Line("same", (Piece(text),)) for text in old[old_from:old_to])
            continue
        removed, added = old[old_from:old_to], new[new_from:new_to]
        pairs = [_by_words(*pair) for pair in zip(removed[:MAX_PAIRS], added, strict=False)]
        common = len(pairs)
        yield from (Line("removed", pieces) for pieces, _ in pairs)
        yield from (Line("removed", (Piece(text),)) for text in removed[common:])
        yield from (Line("added", pieces) for _, pieces in pairs)
        yield from (Line("added", (Piece(text),)) for text in added[common:])


def _by_words(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Both lines with what differs marked; unmarked when they have little in common."""
    ours, theirs = re.findall(r"\s+|\w+|[^\w\s]", old), re.findall(r"\s+|\w+|[^\w\s]", new)
    opcodes = _opcodes(ours, theirs, MAX_WORDS)
    same = sum(to - from_ for tag, from_, to, _, _ in opcodes if tag == "equal")
    if same * 2 < max(len(ours), len(theirs)):
        return (Piece(old),), (Piece(new),)
    removed = [Piece("".join(ours[a:b]), tag != "equal") for tag, a, b, _, _ in opcodes if b > a]
    added = [Piece("".join(theirs[a:b]), tag != "equal") for tag, _, _, a, b in opcodes if b > a]
    return tuple(removed), tuple(added)


def _opcodes(old: Sequence[str], new: Sequence[str], most: int) -> Sequence[tuple[str, int, int, int, int]]:
    if len(old) > most or len(new) > most:
        return [("replace", 0, len(old), 0, len(new))]
    return SequenceMatcher(None, old, new, autojunk=True).get_opcodes()


def _shortened(lines: list[Line]) -> Iterator[Line]:
    changes = [place for place, line in enumerate(lines) if line.kind != "same"]
    near = {place + offset for place in changes for offset in range(-CONTEXT, CONTEXT + 1)}
    left_out = 0
    for place, line in enumerate(lines):
        if place in near:
            if left_out:
                yield Line("gap", count=left_out)
            left_out = 0
            yield line
        else:
            left_out += 1
    if left_out:
        yield Line("gap", count=left_out)
