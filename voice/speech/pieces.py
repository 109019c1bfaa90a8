"""Texts that are longer than an engine speaks in one go."""

import re
from collections.abc import Iterator

_SPACE = re.compile(r"\s")


def pieces_of(text: str, most: int) -> Iterator[str]:
    """The text in pieces of at most ``most`` characters, cut at spaces; none of mere space."""
    while text := text.strip():
        cut = len(text)
        if cut > most:
            spaces = [space.start() for space in _SPACE.finditer(text, 0, most + 1)]
            cut = spaces[-1] if spaces else most
        yield text[:cut]
        text = text[cut:]
