"""The top-level blocks of a parsed text, and which of them no later text can change."""

from collections.abc import Sequence
from typing import NamedTuple

from markdown_it.token import Token


class Block(NamedTuple):
    """Tokens ``[first, last)`` of the source's lines ``[start, end)``; ``kind`` is the first's type."""

    kind: str
    first: int
    last: int
    start: int
    end: int
    closed: bool


#: Done with their last line.
_BY_LINE = frozenset(("heading_open", "hr"))
#: Done with a blank line, which a list, a footnote or indented code may outlive.
_BY_BLANK = frozenset(("paragraph_open", "blockquote_open", "table_open", "math_block"))


def blocks_of(tokens: Sequence[Token]) -> list[Block]:
    blocks: list[Block] = []
    first = 0
    for number, token in enumerate(tokens):
        if token.level == 0 and token.nesting <= 0:
            opener = tokens[first]
            start, end = opener.map or (0, 0)
            blocks.append(Block(opener.type, first, number + 1, start, end, bool(opener.meta.get("closed"))))
            first = number + 1
    return blocks


def count_finished(blocks: Sequence[Block], source: str) -> int:
    """How many of the first blocks can no longer change, whatever is appended to the source.

    A block is finished once the next has begun on a line that is complete; a table begins with two lines.
    """
    complete = source.count("\n")
    for number in range(len(blocks), 0, -1):
        if number < len(blocks) and blocks[number].start + _lines_to_tell(blocks[number]) <= complete:
            return number
        if _ends(blocks[number - 1], source, complete):
            return number
    return 0


def _lines_to_tell(block: Block) -> int:
    return 2 if block.kind == "table_open" else 1


def _ends(block: Block, source: str, complete: int) -> bool:
    """Whether the block is over, whatever follows it."""
    if block.end > complete:
        return False
    if block.kind in _BY_LINE or block.closed:
        return True
    if block.kind not in _BY_BLANK or block.end >= complete:
        return False
    start = offset_of(source, block.end)
    return not source[start : source.index("\n", start)].strip(" \t")


def offset_of(source: str, line: int) -> int:
    """Where the line of this number, from 0, begins."""
    position = 0
    for _ in range(line):
        position = source.index("\n", position) + 1
    return position
