"""What of an answer under way to draw: not what only the next character will decide.

Otherwise the first dash of a list would for a moment turn the paragraph above it into a heading, and a table
be lines of bars until its second line is there.
"""

import re
from typing import NamedTuple

from markdown_it.rules_block.table import escapedSplit

#: A last line that may still become a list item, heading, rule, fence, table or number.
_UNDECIDED = re.compile(
    r"[ \t>]*(?:[-+*][ \t]+|\d{1,9}[.)][ \t]+)*"
    r"(?:[-=_*+#~`|:$>\\ \t]*|\d{1,9}[.)]?|(?:[-+*]|\d{1,9}[.)])[ \t]+\[[ xX]?\]?[ \t]*)"
)
#: Marks at the very end whose meaning the next character decides, and a footnote's reference on its way.
_DANGLING = re.compile(r"(?:[*_~`$\\&<\[]+|\\\(|!?\[\^[^\]\s]*)[ \t]*\Z")
_PIPE_ROW = re.compile(r"[ ]{0,3}\|.*")
_RULE_ROW = re.compile(r"[ ]{0,3}\|[\s:|-]*")


class Shown(NamedTuple):
    """The part of the source to draw; ``whole`` if that is all of it."""

    source: str
    whole: bool


def shown(source: str) -> Shown:
    """The source without what cannot yet be told, and with a table's head as a table."""
    start = source.rfind("\n") + 1
    line = source[start:]
    row = _table_head(source, start)
    if row is not None:
        return Shown(row, False)
    if line and _UNDECIDED.fullmatch(line):
        return Shown(source[:start], False)
    dangling = _DANGLING.search(source, start)
    if dangling is not None:
        return Shown(source[: dangling.start()], False)
    return Shown(source, True)


def _table_head(source: str, start: int) -> str | None:
    """With a table's head as the last line, or its rule on the way: the source with that rule complete."""
    line = source[start:]
    above_start = source.rfind("\n", 0, max(start - 1, 0)) + 1
    above = source[above_start : max(start - 1, 0)]
    if _RULE_ROW.fullmatch(line) or not line:
        head, before = above, source[:above_start]
    elif _PIPE_ROW.fullmatch(above):
        return None
    else:
        head, before = line, source[:start]
    if not _PIPE_ROW.fullmatch(head) or _RULE_ROW.fullmatch(head):
        return None
    earlier = before[before.rfind("\n", 0, -1) + 1 :]
    if _PIPE_ROW.match(earlier):
        return None
    cells = escapedSplit(head.strip())
    columns = len(cells) - (cells[0] == "") - (len(cells) > 1 and cells[-1] == "")
    return f"{before}{head}\n{'|-' * columns}|" if columns else None
