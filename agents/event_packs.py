"""A finished run's log in fewer rows: neighbouring pieces of text lie in one, and read as they were written.

A row an event costs ten times its text, which is the price of telling everyone at once; afterwards nobody
is in a hurry. A pack keeps every sequence number, time and cut, so that an event id stays good for ever.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import accumulate, groupby, pairwise
from typing import Any, NamedTuple, Protocol

from agents.engine.events import Content, Rationale

#: The field that holds the text, of the types that come in pieces.
TEXT_OF = {Content.type: "md", Rationale.type: "text"}
#: Events in one pack, and characters where it has more than one, so that no row grows without bound.
MOST, MOST_CHARS = 1000, 64 * 1024
#: The field of a text that was shortened (agents/pruning.py): its events, each with the end of its part.
SEQS = "seqs"
MICROSECOND = timedelta(microseconds=1)


class Row(Protocol):
    """An event as it lies in a row; ``seq`` and ``ts`` of a pack are those of its last event."""

    pk: Any
    seq: int
    ts: datetime
    type: str
    data: dict[str, Any]


class Piece(NamedTuple):
    """One event of a row."""

    seq: int
    ts: datetime
    type: str
    data: dict[str, Any]


def packs(rows: Sequence[Row]) -> Iterator[tuple[list[Row], dict[str, Any]]]:
    """The groups of neighbouring rows that become one row, each with the data of that row."""
    for type_, group in groupby(rows, key=lambda row: row.type):
        if field := TEXT_OF.get(type_):
            for some in _portions(group, field):
                if len(some) > 1:
                    yield some, _packed(some, field)


def _portions(pieces: Iterable[Row], field: str) -> Iterator[list[Row]]:
    some: list[Row] = []
    chars = 0
    for piece in pieces:
        length = len(piece.data[field])
        if some and (len(some) == MOST or chars + length > MOST_CHARS):
            yield some
            some, chars = [], 0
        some.append(piece)
        chars += length
    yield some


def _packed(pieces: Sequence[Row], field: str) -> dict[str, Any]:
    """``chars`` are the lengths of the pieces, ``us`` the microseconds between each and the next."""
    texts = [str(piece.data[field]) for piece in pieces]
    return {
        field: "".join(texts),
        "chars": [len(text) for text in texts],
        "us": [(later.ts - earlier.ts) // MICROSECOND for earlier, later in pairwise(pieces)],
    }


def shortened(pieces: Sequence[Piece]) -> dict[str, Any]:
    """The data of one row for the whole text, which ``unpacked`` gives as one event."""
    texts = [str(piece.data[TEXT_OF[Content.type]]) for piece in pieces]
    ends = list(accumulate(map(len, texts)))
    seqs = [[piece.seq, end] for piece, end in zip(pieces, ends, strict=True)]
    return {TEXT_OF[Content.type]: "".join(texts), SEQS: seqs}


def unpacked(row: Row, after: int = 0) -> Iterator[Piece]:
    """The events of a row, in order: one, or those of a pack; of a shortened text what comes after."""
    if SEQS in row.data:
        seen = max((end for seq, end in row.data[SEQS] if seq <= after), default=0)
        yield Piece(row.seq, row.ts, row.type, {TEXT_OF[row.type]: row.data[TEXT_OF[row.type]][seen:]})
        return
    chars = row.data.get("chars")
    if chars is None:
        yield Piece(row.seq, row.ts, row.type, row.data)
        return
    field = TEXT_OF[row.type]
    ts = row.ts - sum(row.data["us"]) * MICROSECOND
    seq, at = row.seq - len(chars) + 1, 0
    for length, gap in zip(chars, [*row.data["us"], 0], strict=True):
        yield Piece(seq, ts, row.type, {field: row.data[field][at : at + length]})
        seq, at, ts = seq + 1, at + length, ts + gap * MICROSECOND
