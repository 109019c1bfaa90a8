"""What stands in a document, as passages. Pure, and to be called where a hostile file can do no harm."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from agents.document_formats import Format
from agents.knowledge.chunking import pieces_of
from agents.knowledge.decoding import decoded

#: Characters of all passages together. A book has a million.
MOST_CHARS = 25_000_000


class Unreadable(Exception):
    """``key`` is one of ``agents.documents.PROBLEMS``."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True)
class Part:
    """A page, or a whole text that has none. ``headed``: its headings are written as in Markdown."""

    text: str
    page: int | None = None
    headed: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """``passages`` are pairs of a page, or None, and a text. ``pages`` is None where there are none."""

    passages: list[tuple[int | None, str]]
    pages: int | None = None


def passages_in(parts: Iterable[Part]) -> Reading:
    """Raises Unreadable where there is no text, or too much."""
    passages: list[tuple[int | None, str]] = []
    pages: int | None = None
    chars = 0
    for part in parts:
        pages = part.page or pages
        for piece in pieces_of(part.text, headed=part.headed):
            text = piece.shown(part.text)
            chars += len(text)
            if chars > MOST_CHARS:
                raise Unreadable("too_long")
            if any(map(str.isalnum, text)):
                passages.append((part.page, text))
    if not passages:
        raise Unreadable("empty")
    return Reading(passages, pages)


def read(format: Format, data: bytes) -> Reading:
    """Raises Unreadable."""
    return passages_in(READERS[format](data))


def _plain(data: bytes) -> Iterator[Part]:
    yield Part(decoded(data))


def _markdown(data: bytes) -> Iterator[Part]:
    yield Part(decoded(data), headed=True)


def _table(data: bytes) -> Iterator[Part]:
    """Each row told with the names of its columns, which are its first row."""
    text = decoded(data)
    csv.field_size_limit(len(text) + 1)
    try:
        rows = csv.reader(io.StringIO(text, newline=""), _dialect(text))
        names = [name.strip() for name in next(rows, [])]
        told = [_told(names, row) for row in rows]
    except csv.Error:
        raise Unreadable("unreadable") from None
    yield Part("\n\n".join(filter(None, told)) if told else ", ".join(filter(None, names)))


def _dialect(text: str) -> type[csv.Dialect]:
    """By the sign that stands most often in the first line: guessing by the whole text takes its square."""

    class Found(csv.excel):
        delimiter = max(",;\t|", key=text.partition("\n")[0].count)

    return Found


def _told(names: list[str], row: list[str]) -> str:
    """More cells than there are names for are told by their place."""
    cells = ((names[place] if place < len(names) else "", cell.strip()) for place, cell in enumerate(row))
    return "; ".join(f"{name}: {cell}" if name else cell for name, cell in cells if cell)


READERS: dict[Format, Callable[[bytes], Iterable[Part]]] = {
    Format.TXT: _plain,
    Format.MD: _markdown,
    Format.CSV: _table,
}
