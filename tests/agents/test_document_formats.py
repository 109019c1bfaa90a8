"""What a document is, by its bytes and its name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.document_formats import MAX_NAME, Format, format_of, shown_name

DOCX = b"PK\x03\x04" + b"\x00" * 30 + b"word/document.xml"


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        ("a.pdf", b"%PDF-1.7\n", Format.PDF),
        ("a.txt", b"\n\n%PDF-1.7\n", Format.PDF),
        ("a.docx", DOCX, Format.DOCX),
        ("a", DOCX, Format.DOCX),
        ("a.txt", b"Hello", Format.TXT),
        ("README", b"Hello", Format.TXT),
        ("a.md", b"# Hello", Format.MD),
        ("A.MARKDOWN", b"# Hello", Format.MD),
        ("a.csv", b"a,b\n1,2", Format.CSV),
        ("a.htm", b"<p>Hello", Format.HTML),
        ("page", b"\xef\xbb\xbf <!-- x --> <!DOCTYPE html><p>Hello", Format.HTML),
        ("a.txt", "Grüße".encode("utf-16"), Format.TXT),
        ("a.txt", "Grüße".encode("cp1252"), Format.TXT),
        ("a.pdf", b"Hello", None),
        ("a.docx", b"Hello", None),
        ("a.docx", b"PK\x03\x04xl/workbook.xml", None),
        ("a.zip", b"PK\x03\x04", None),
        ("a.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00", None),
        ("a.py", b"print()", None),
        ("a.", b"Hello", Format.TXT),
    ],
)
def test_the_bytes_are_believed_before_the_name(name, data, found):
    assert format_of(name, data) == found


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("rules.md", "rules.md"),
        ("/etc/passwd", "passwd"),
        ("C:\\Users\\a\\rules.md", "rules.md"),
        ("  a\x00b\u202e  c.txt ", "a b c.txt"),
        ("", "document"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("e\u0301.txt", "\u00e9.txt"),
    ],
)
def test_a_name_is_what_can_be_seen_of_it(given_name, shown):
    assert shown_name(given_name) == shown


@given(st.text(), st.binary())
def test_any_name_and_bytes_are_judged(name, data):
    assert 1 <= len(shown_name(name)) <= MAX_NAME
    format_of(name, data)
