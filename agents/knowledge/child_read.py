"""A child that reads one document: ``python -m agents.knowledge.child_read``, started by ``extraction``."""

import io
import json
import zipfile
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from agents.document_formats import Format
from agents.knowledge import docx, pdf, plain
from agents.knowledge.decoding import load_encodings
from agents.knowledge.reading import Part, Unreadable, passages_in
from children.life import Bounds, live, say_so_far
from children.wire import Message

#: A thousand pages of an ordinary PDF take half a minute of a core.
BOUNDS = Bounds(memory=1024**3, cpu=120, nice=10, closed=True)

_READERS: dict[Format, Callable[[bytes], Iterable[Part]]] = {
    Format.TXT: plain.text_in,
    Format.MD: plain.markdown_in,
    Format.HTML: plain.page_in,
    Format.CSV: plain.table_in,
    Format.DOCX: docx.parts_of,
}

#: As small as one can be that has all that readers look at.
_PDF = b"""%PDF-1.4
1 0 obj <</Type/Catalog/Pages 2 0 R>> endobj
2 0 obj <</Type/Pages/Kids[3 0 R]/Count 1>> endobj
3 0 obj <</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 5 0 R/Resources<</Font<</F 4 0 R>>>>>> endobj
4 0 obj <</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>> endobj
5 0 obj <</Length 24>> stream
BT /F 9 Tf (Hello) Tj ET
endstream endobj
trailer <</Root 1 0 R/Size 6>>
startxref
0
%%EOF
"""
_DOCX = {
    "word/document.xml": '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    "<w:body><w:p><w:r><w:t>Hello</w:t></w:r></w:p></w:body></w:document>",
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
}


def answer(question: dict[str, Any], data: bytes) -> Message:
    """``pages`` and, a line each, the passages as JSON; or the key of a ``problem``."""
    pages = 0

    def told(page: int, of: int) -> None:
        nonlocal pages
        if page * 100 // of != pages * 100 // of:
            say_so_far(page * 100 // of)
        pages = page

    format = Format(question["format"])
    read = partial(pdf.pages_of, told=told) if format is Format.PDF else _READERS[format]
    try:
        lines = [json.dumps(one, ensure_ascii=False).encode() for one in passages_in(read(data))]
    except Unreadable as problem:
        return {"problem": problem.key}, b""
    except (MemoryError, RecursionError):
        return {"problem": "gave_up"}, b""
    return {"pages": pages or None}, b"\n".join(lines)


def rehearse() -> None:
    """Loads all that reading needs, while files can still be opened."""
    load_encodings()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _DOCX.items():
            archive.writestr(name, content)
    examples = {
        Format.PDF: _PDF,
        Format.DOCX: packed.getvalue(),
        Format.HTML: b"<p>Hello",
        Format.CSV: b"a\n1",
    }
    for format, data in examples.items():
        header, _lines = answer({"format": format}, data)
        if "problem" in header:
            raise RuntimeError(f"{format} cannot be read here")


if __name__ == "__main__":
    rehearse()
    live(answer, BOUNDS)
