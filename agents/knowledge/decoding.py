"""Bytes of a text as characters: by their first mark, else UTF-8, else Western as Windows wrote it."""

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def decoded(data: bytes) -> str:
    """Never fails: what cannot be read becomes U+FFFD. It has no NUL, and lines end with a line feed."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _storable(data[len(mark) :].decode(encoding, "replace"))
    try:
        return _storable(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        # A text that was cut in the midst of a character is UTF-8 all the same.
        if error.start > len(data) - 4:
            return _storable(data.decode("utf-8", "replace"))
    return _storable(data.decode("cp1252", "replace"))


def _storable(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\x00", "\ufffd")
