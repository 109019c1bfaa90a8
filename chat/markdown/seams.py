"""A long list or table under way: finished items or rows are kept as drawn, the last is parsed again."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from chat.markdown.blocks import Block, offset_of

#: Characters of a list or table that are not worth a seam.
SHORT = 512
_LISTS = ("bullet_list_open", "ordered_list_open")
#: The nesting of what stands in an item itself: below the list and the item.
_OWN = 2
_START_OF_LIST = re.compile(r"<(?:ul|ol)[^>]*>\n")
_START_OF_ROWS = re.compile(r".*?<tbody>\n", re.DOTALL)


@dataclass(frozen=True)
class Seam:
    """A cut in the tail's source. ``lead`` is the source before it, ``html`` what that gave.

    The source after it is parsed behind ``head`` (a table's first two lines); what matches ``start`` in that
    is in ``html`` already. A list's paragraphs are drawn loose or tight by the whole list.
    """

    lead: str
    html: str
    head: str
    start: re.Pattern[str]
    loose: bool

    def fits(self, tokens: Sequence[Token]) -> bool:
        """Makes the tokens after the seam those of the whole; False if they change what is before it."""
        if self.start is _START_OF_ROWS:
            return True
        if self.loose:
            _loosen(tokens)
        return self.loose or not is_loose(tokens)

    def joined(self, html: str) -> str:
        return self.html + self.rest(html)

    def rest(self, html: str) -> str:
        start = self.start.match(html)
        return html[start.end() :] if start else html

    def whole_source(self, source: str) -> str:
        return self.lead + source[len(self.head) :]


def is_loose(tokens: Sequence[Token]) -> bool:
    """Whether the first block, a list, has a paragraph of its own that is drawn as one."""
    return any(token.type == "paragraph_open" and not token.hidden for token in _own_paragraphs(tokens))


def _loosen(tokens: Sequence[Token]) -> None:
    for token in _own_paragraphs(tokens):
        token.hidden = False


def _own_paragraphs(tokens: Sequence[Token]) -> list[Token]:
    end = next(
        (number for number, token in enumerate(tokens) if token.level == 0 and token.nesting < 0), len(tokens)
    )
    return [token for token in tokens[:end] if token.level == _OWN and token.type.startswith("paragraph_")]


def next_seam(
    block: Block, tokens: Sequence[Token], source: str, before: Seam | None
) -> tuple[Seam, str] | None:
    """A seam before the block's last item or row, and the source from there; its ``html`` is not known yet.

    ``tokens`` and ``source`` are those of the tail from the seam ``before`` on.
    """
    if block.kind in _LISTS:
        kind, head, start = "list_item_open", "", _START_OF_LIST
    elif block.kind == "table_open":
        kind, head, start = (
            "tr_open",
            source[: offset_of(source, 2)] if source.count("\n") > 1 else "",
            _START_OF_ROWS,
        )
    else:
        return None
    level = 1 if head == "" else 2
    starts = (token.map[0] for token in tokens if token.type == kind and token.level == level and token.map)
    complete = source.count("\n")
    lines = [line for line in starts if line < complete]
    if len(lines) <= 1 or block.start:
        return None
    cut = offset_of(source, lines[-1])
    lead = (before.lead if before else "") + source[len(before.head) if before else 0 : cut]
    loose = before.loose if before else head == "" and is_loose(tokens)
    return Seam(lead, "", head, start, loose), head + source[cut:]
