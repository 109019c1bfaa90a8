"""Documents for tests, made byte by byte: whole ones and hostile ones."""

import io
import zipfile
from itertools import pairwise

from pypdf import PdfReader, PdfWriter

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_STYLES = f"""<w:styles {_W}><w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/></w:style>
<w:style w:type="paragraph" w:styleId="H2"><w:name w:val="heading 2"/></w:style></w:styles>"""
_RELATIONS = """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Target="styles.xml"
Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles"/></Relationships>"""
_TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'


def pdf(*pages: str) -> bytes:
    """Each page with its lines; ASCII without brackets."""
    count = len(pages)
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(count))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {count}>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for number, page in enumerate(pages):
        lines = " ".join(f"({line}) Tj T*" for line in page.split("\n"))
        drawn = f"BT /F 12 Tf 14 TL 50 800 Td {lines} ET"
        resources = "/Resources<</Font<</F 3 0 R>>>>"
        shown = f"/MediaBox[0 0 595 842]/Contents {5 + 2 * number} 0 R{resources}"
        objects.append(f"<</Type/Page/Parent 2 0 R{shown}>>")
        objects.append(f"<</Length {len(drawn)}>> stream\n{drawn}\nendstream")
    return _written(objects)


def looping_pdf() -> bytes:
    """Its pages are their own parents and children."""
    return _written(["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[2 0 R 2 0 R]/Count 99>>"])


def odd_pdf() -> bytes:
    """Of a filter that was given up long ago: its reader raises what it raises over nothing else."""
    page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</Font<<>>>>>>"
    drawn = "<</Length 4/Filter/Fl>> stream\nabcd\nendstream"
    return _written(["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", page, drawn])


def picture_pdf() -> bytes:
    page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    return _written(["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", page])


def locked_pdf(password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("Hello"))))
    writer.encrypt(password, "owner", algorithm="AES-256")
    return _saved(writer)


def _saved(writer: PdfWriter) -> bytes:
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def _written(objects: list[str]) -> bytes:
    made, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(made))
        made += f"{number} 0 obj {one} endobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    return (
        made
        + f"{end}trailer <</Root 1 0 R/Size {len(objects) + 1}>>\nstartxref\n{len(made)}\n%%EOF\n".encode()
    )


def docx(*paragraphs: tuple[str, str], document: str = "") -> bytes:
    """Of pairs of a style, which is ``H1``, ``H2`` or empty, and a text; or of its XML as it is."""
    body = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'
        for style, text in paragraphs
    )
    return _packed(
        {
            "[Content_Types].xml": _TYPES,
            "word/_rels/document.xml.rels": _RELATIONS,
            "word/styles.xml": _STYLES,
            "word/document.xml": document or f"<w:document {_W}><w:body>{body}</w:body></w:document>",
        }
    )


def bomb() -> bytes:
    """A DOCX of some 40 kB whose text has 30 MB."""
    text = "<w:r><w:t>" + "a " * 15_000_000 + "</w:t></w:r>"
    return docx(document=f"<w:document {_W}><w:body><w:p>{text}</w:p></w:body></w:document>")


def laughing() -> bytes:
    """A DOCX whose entities are made of entities."""
    names = "abcdefghijklmnop"
    entities = "".join(f'<!ENTITY {one} "{f"&{before};" * 10}">' for before, one in pairwise(names))
    text = "<w:body><w:p><w:r><w:t>&p;</w:t></w:r></w:p></w:body>"
    return docx(document=f'<!DOCTYPE d [<!ENTITY a "ha">{entities}]><w:document {_W}>{text}</w:document>')


def _packed(parts: dict[str, str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()
