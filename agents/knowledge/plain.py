"""The text of documents that are text."""

import csv
import io
from collections.abc import Iterator

from agents.knowledge.decoding import decoded
from agents.knowledge.reading import Part, Unreadable, headed_text


def text_in(data: bytes) -> list[Part]:
    return [Part(decoded(data))]


def markdown_in(data: bytes) -> list[Part]:
    return [Part(decoded(data), headed=True)]


def page_in(data: bytes) -> list[Part]:
    return [headed_text(decoded(data, declared=True))]


def table_in(data: bytes) -> list[Part]:
    """Each row told with the names of its columns, which are its first row. Raises Unreadable."""
    text = decoded(data)
    csv.field_size_limit(len(text) + 1)
    try:
        rows = csv.reader(io.StringIO(text, newline=""), _dialect(text))
        names = [name.strip() for name in next(rows, [])]
        told = list(_rows_told(names, rows))
    except csv.Error:
        raise Unreadable("unreadable") from None
    return [Part("\n\n".join(told) if told else ", ".join(filter(None, names)))]


def _dialect(text: str) -> type[csv.Dialect]:
    """By the sign that stands most often in the first line: guessing by the whole text takes its square."""

    class Found(csv.excel):
        delimiter = max(",;\t|", key=text.partition("\n")[0].count)

    return Found


def _rows_told(names: list[str], rows: Iterator[list[str]]) -> Iterator[str]:
    """Cells without a name are told without one."""
    for row in rows:
        named = ((names[place] if place < len(names) else "", cell.strip()) for place, cell in enumerate(row))
        if told := "; ".join(f"{name}: {cell}" if name else cell for name, cell in named if cell):
            yield told
