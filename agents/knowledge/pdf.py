"""The text of a PDF, page by page. Only for a process that may die of it."""

import io
import logging
import re
from collections.abc import Callable, Iterator

from pypdf import PdfReader

from agents.knowledge.reading import Part, Unreadable

_HYPHEN = re.compile(r"(?<=[a-zäöüßáéíóúàèìòùâêîôûçñ])-\n(?=[a-zäöüßáéíóúàèìòùâêîôûçñ])")
#: An end of a line in the midst of a sentence.
_WRAPPED = re.compile(r"(?<![.!?:;\n])\n(?=[^\W\dA-Z_])")

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its complaints are about the file


def pages_of(data: bytes, told: Callable[[int, int], None] = lambda _page, _of: None) -> Iterator[Part]:
    """``told`` hears the page that was read, and of how many. Raises Unreadable.

    A page that cannot be read is as if it were empty, as long as another can.
    """
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable("encrypted")
        count = len(reader.pages)
    except (Unreadable, MemoryError):
        raise
    except Exception:  # noqa: BLE001 (a broken file makes of a parser whatever nobody expected)
        raise Unreadable("unreadable") from None
    broken = 0
    for index in range(count):
        try:
            text = reader.pages[index].extract_text()
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 (as above)
            broken += 1
            text = ""
        yield Part(_flowing(text), page=index + 1)
        told(index + 1, count)
    if broken and broken == count:
        raise Unreadable("unreadable")


def _flowing(text: str) -> str:
    """Lines that end where the page does become sentences again."""
    return _WRAPPED.sub(" ", _HYPHEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
