"""What a document is, told from its bytes and its name. What a client says of its type counts for nothing."""

import re
import unicodedata
from enum import StrEnum

MAX_NAME = 200
#: Bytes at the beginning in which a text shows that it is none, and a page that it is HTML.
BEGINNING = 4096
#: Bytes in which a PDF has to begin, as its readers take it.
PDF_WITHIN = 1024

#: Control, format (direction marks, zero width), surrogate, private, unassigned; line and paragraph ends.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
#: Control characters that no text has; an escape is in some, and so is a form feed.
_BINARY = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f]")


class Format(StrEnum):
    PDF = "pdf"
    TXT = "txt"
    MD = "md"
    DOCX = "docx"
    HTML = "html"
    CSV = "csv"


#: The formats that are read as text, by the ending of a name; a name without one is plain text.
_ENDINGS = {
    "txt": Format.TXT,
    "text": Format.TXT,
    "md": Format.MD,
    "markdown": Format.MD,
    "html": Format.HTML,
    "htm": Format.HTML,
    "xhtml": Format.HTML,
    "csv": Format.CSV,
}


def format_of(name: str, data: bytes) -> Format | None:
    """None for what is none of the six."""
    if b"%PDF-" in data[:PDF_WITHIN]:
        return Format.PDF
    if data.startswith(b"PK"):
        # Names stand in an archive as they are, so it need not be opened here to be told.
        return Format.DOCX if b"word/document.xml" in data else None
    if not _is_text(data):
        return None
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if not ending:
        return Format.HTML if _HTML.match(data[:BEGINNING]) else Format.TXT
    return _ENDINGS.get(ending)


def _is_text(data: bytes) -> bool:
    return data.startswith(_UTF_16) or not _BINARY.search(data[:BEGINNING])


def shown_name(given: str) -> str:
    """The name as it is kept and shown: what can be seen of it, on one line; a long one keeps its ending."""
    plain = unicodedata.normalize("NFC", given.rpartition("/")[2].rpartition("\\")[2])
    seen = "".join(one if unicodedata.category(one) not in _UNSEEN else " " for one in plain)
    name = " ".join(seen.split()) or "document"
    stem, dot, ending = name.rpartition(".")
    if len(name) > MAX_NAME and dot and len(ending) <= len("markdown"):
        return f"{stem[: MAX_NAME - len(ending) - 1]}.{ending}"
    return name[:MAX_NAME]
