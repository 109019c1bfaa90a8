"""Which of several names a text calls: ``@name``, whatever its case, up to the end of the word."""

import re
from collections.abc import Iterable


def first_mentioned(text: str, names: Iterable[str]) -> str | None:
    """The name called first; of two that begin alike, the longer one."""
    named = {name.casefold(): name for name in names if name}
    if "@" not in text or not named:
        return None
    longest_first = sorted(named, key=len, reverse=True)
    call = re.compile(rf"(?<!\w)@({'|'.join(map(re.escape, longest_first))})(?!\w)")
    found = call.search(text.casefold())
    return named[found[1]] if found else None
