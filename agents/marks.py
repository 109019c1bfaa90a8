"""How somebody is shown in a corner: a letter, and one of a few colours that stays theirs."""

from uuid import UUID

#: How many colours a mark can have.
HUES = 6


def mark_of(name: str) -> str:
    """The letter that stands for somebody."""
    return name.strip()[:1].upper() or "?"


def hue_of(key: UUID) -> int:
    """The number of their colour, from 0."""
    return key.int % HUES
