"""Reading documents of strangers in a child process that can do nothing else."""

import json
import time
from collections.abc import Callable, Iterable
from typing import Any

from agents.documents import PROBLEMS
from agents.knowledge.reading import Passage, Unreadable
from children.pool import ChildEnded, ChildFailed, Children

#: Seconds: more than the child's bound of CPU, because the machine has other things to do.
PATIENCE_S = 300.0
#: A child that has died after so many seconds would take as long again.
LONG_S = 60.0
#: A page number that no document has; the database keeps none that is larger.
MOST_PAGES = 1_000_000
MOST_TEXT = 4_000
#: Hundredths.
DONE = 100

_children = Children("agents.knowledge.child_read", most=1, uses=1)


async def extracted(format: str, data: bytes, told: Callable[[int], None]) -> tuple[int | None, list[bytes]]:
    """How many pages there are, and the passages as lines for ``passages_from``.

    ``told`` hears, in another thread, how much is done, in hundredths. Raises Unreadable; ChildFailed where
    the child died, which another may not.
    """

    def heard(so_far: Any) -> None:
        if isinstance(so_far, int) and 0 <= so_far <= DONE:
            told(so_far)

    begun = time.monotonic()
    try:
        header, body = await _children.ask({"format": format}, data, seconds=PATIENCE_S, told=heard)
    except ChildFailed as failed:
        if isinstance(failed, ChildEnded) or time.monotonic() - begun > LONG_S:
            raise Unreadable("gave_up") from None
        raise
    if (problem := header.get("problem")) is not None:
        raise Unreadable(problem if problem in PROBLEMS else "unreadable")
    pages, lines = header.get("pages"), body.split(b"\n")
    return (pages if _is_page(pages) else None), lines


def passages_from(lines: Iterable[bytes]) -> list[Passage]:
    """What a crafted file may have made of the child is not believed either. Raises Unreadable."""
    return [_passage(line) for line in lines]


def _passage(line: bytes) -> Passage:
    try:
        page, text = json.loads(line)
    except (ValueError, TypeError, RecursionError):
        raise Unreadable("unreadable") from None
    good = isinstance(text, str) and 0 < len(text) <= MOST_TEXT and "\0" not in text
    if not good or not (page is None or _is_page(page)):
        raise Unreadable("unreadable")
    return page, text


def _is_page(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < MOST_PAGES
