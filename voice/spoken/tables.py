"""Rows of a table."""

import re

_BETWEEN = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"[ \t]*:?-+:?[ \t]*")


def cells_of(row: str) -> list[str]:
    """The cells, each without the space around it."""
    row = row.strip().removeprefix("|")
    if row.endswith("|") and not row.endswith("\\|"):
        row = row[:-1]
    return [cell.strip().replace("\\|", "|") for cell in _BETWEEN.split(row)]


def is_rule_of(head: str, line: str) -> bool:
    """Whether the line, under this one, makes a table of it."""
    cells = _BETWEEN.split(line.strip().removeprefix("|").removesuffix("|"))
    return (
        ("|" in head or "|" in line)
        and all(_RULE.fullmatch(cell) for cell in cells)
        and len(cells) == len(cells_of(head))
    )
