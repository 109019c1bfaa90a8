"""Bytes of a text as characters: by their first mark, else UTF-8, else as they say, else Western Windows."""

import codecs
import re

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_-]{2,20})""", re.IGNORECASE)
#: Where a page says its encoding, and the ones that are believed: those of texts.
_WITHIN = 2048
ENCODINGS = (
    *(f"iso8859-{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16)),
    *(f"cp{page}" for page in range(1250, 1259)),
    *("koi8-r", "koi8-u", "shift_jis", "euc_jp", "iso2022_jp", "gbk", "gb18030", "big5", "euc_kr", "utf-8"),
)
LONGEST_CHARACTER = 4


def decoded(data: bytes, *, declared: bool = False) -> str:
    """Never fails: what cannot be read becomes U+FFFD. Lines end with a line feed.

    With ``declared`` what an HTML page says of itself is believed where it is no UTF-8.
    """
    return _decoded(data, declared).replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes, declared: bool) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start > len(data) - LONGEST_CHARACTER:  # cut in the midst of a character
            return data.decode("utf-8", "replace")
    return data.decode((_said_by(data) if declared else None) or "cp1252", "replace")


def _said_by(page: bytes) -> str | None:
    said = _DECLARED.search(page[:_WITHIN])
    if said is None:
        return None
    try:
        found = codecs.lookup(said[1].decode("ascii")).name
    except (LookupError, OSError):  # none, or one that would have to be loaded where nothing can be opened
        return None
    return found if found in _believed() else None


def load_encodings() -> None:
    """For a process that can open no files later."""
    _believed()
    for _mark, encoding in _MARKS:
        codecs.lookup(encoding)


def _believed() -> set[str]:
    return {codecs.lookup(name).name for name in ENCODINGS}
