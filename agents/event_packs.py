"""A finished run's log in fewer rows: neighbouring pieces of text lie in one, and read as they were written.

A row an event costs ten times its text, which is the price of telling everyone at once; afterwards nobody
is in a hurry. A pack keeps every sequence number, time and cut, so that an event id stays good for ever.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby, pairwise
from typing import Any, NamedTuple, Protocol

from agents.engine.events import Content, Rationale

#: The field that holds the text, of the types that come in pieces.
TEXT_OF = {Content.type: "md", Rationale.type: "text"}
#: Events in one pack, so that no row grows without bound.
MOST = 1000
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
        pieces = list(group)
        for start in range(0, len(pieces), MOST):
            some = pieces[start : start + MOST]
            if type_ in TEXT_OF and len(some) > 1:
                yield some, _packed(some, TEXT_OF[type_])


def _packed(pieces: Sequence[Row], field: str) -> dict[str, Any]:
    """``chars`` are the lengths of the pieces, ``us`` the microseconds between each and the next."""
    texts = [str(piece.data[field]) for piece in pieces]
    return {
        field: "".join(texts),
        "chars": [len(text) for text in texts],
        "us": [(later.ts - earlier.ts) // MICROSECOND for earlier, later in pairwise(pieces)],
    }


def unpacked(row: Row) -> Iterator[Piece]:
    """The events of a row, in order: one, or those of a pack."""
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
