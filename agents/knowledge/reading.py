"""What stands in a document, as passages: of what kind a document is, and what all kinds have in common."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from agents.engine.text import storable
from agents.knowledge.chunking import pieces_of
from agents.tools.readable import readable

#: Characters of all passages together. A book has a million.
MOST_CHARS = 25_000_000

#: What printers put in place of letters, and what a line may be divided at: nobody types them in a question.
_OF_PRINTERS = str.maketrans(
    {"\u00ad": "", **{chr(one): unicodedata.normalize("NFKC", chr(one)) for one in range(0xFB00, 0xFB07)}}
)

#: The page, or None where there are none, and the text.
Passage = tuple[int | None, str]


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


def headed_text(html: str) -> Part:
    title, text = readable(html, most=MOST_CHARS)
    return Part(text if title in text else f"{title}\n\n{text}", headed=True)


def passages_in(parts: Iterable[Part]) -> Iterator[Passage]:
    """Raises Unreadable where there is no text, or too much."""
    chars = 0
    for part in parts:
        whole = _as_it_is_typed(storable(part.text))
        for piece in pieces_of(whole, headed=part.headed):
            text = piece.shown(whole)
            if any(map(str.isalnum, text)):
                chars += len(text)
                yield part.page, text
            if chars > MOST_CHARS:
                raise Unreadable("too_long")
    if not chars:
        raise Unreadable("empty")


def _as_it_is_typed(text: str) -> str:
    return unicodedata.normalize("NFC", text.translate(_OF_PRINTERS))
