"""A part of something, as ``Range`` asks for it: RFC 9110, section 14. One part; players ask for no more."""

import re
from dataclasses import dataclass

_RANGE = re.compile(r"bytes=[ \t]*([0-9]{0,30})-([0-9]{0,30})[ \t]*", re.IGNORECASE)


@dataclass(frozen=True)
class Part:
    """Bytes ``first`` to ``last``, both of them with it, of ``size``."""

    first: int
    last: int
    size: int

    def __len__(self) -> int:
        return self.last - self.first + 1

    def __str__(self) -> str:
        """As ``Content-Range`` says it."""
        return f"bytes {self.first}-{self.last}/{self.size}"


class OutOfRange(Exception):
    """There is nothing of what was asked for."""


def part_of(asked: str, size: int) -> Part | None:
    """None where the whole is meant: nothing was asked, or nothing that can be understood, or several parts.

    Raises OutOfRange. ``size`` is at least 1.
    """
    found = _RANGE.fullmatch(asked.strip())
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        return _last_bytes(int(last), size)
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise OutOfRange
    return Part(int(first), min(int(last or size), size - 1), size)


def _last_bytes(count: int, size: int) -> Part:
    if not count:
        raise OutOfRange
    return Part(max(0, size - count), size - 1, size)
