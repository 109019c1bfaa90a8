"""What stands in a document of each format, read by the real child; and what hostile ones come to."""

import pytest

from agents.knowledge.extraction import extracted, passages_from
from agents.knowledge.reading import Unreadable
from tests.agents.knowledge import files


async def read(format: str, data: bytes):
    """Pages, and passages."""
    pages, lines = await extracted(format, data, lambda _done: None)
    return pages, passages_from(lines)


async def texts(format: str, data: bytes) -> list[str]:
    return [text for _page, text in (await read(format, data))[1]]


async def test_a_pdf_is_read_page_by_page_and_says_how_far_it_is():
    told = []
    data = files.pdf("Books are lent\nfor three weeks.", "Films are lent\nfor one week.")
    pages, lines = await extracted("pdf", data, told.append)
    assert (pages, told) == (2, [50, 100])
    assert passages_from(lines) == [
        (1, "Books are lent for three weeks."),
        (2, "Films are lent for one week."),
    ]


async def test_a_locked_pdf_is_read_if_it_opens_without_a_password():
    assert await texts("pdf", files.locked_pdf("")) == ["Hello"]
    assert await problem("pdf", files.locked_pdf("secret")) == "encrypted"


async def test_a_docx_is_read_with_its_headings():
    data = files.docx(("H1", "Rules"), ("H2", "Loans"), ("", "Books are lent for three weeks."))
    assert await read("docx", data) == (None, [(None, "Rules › Loans\nBooks are lent for three weeks.")])


async def test_a_page_is_read_without_its_code_in_the_encoding_that_it_names():
    page = "<meta charset=iso-8859-2><title>Kniha</title><script>x</script><h1>Půjčovna</h1><p>Žluťoučký kůň"
    assert await texts("html", page.encode("iso-8859-2")) == ["Kniha", "Půjčovna\nŽluťoučký kůň"]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
async def test_each_row_of_a_table_is_told_with_the_names_of_its_columns(mark):
    rows = [["what", "price", ""], ["tea", "2", "hot"], ["", "", ""], ['"milk, cold"', "3"]]
    data = "\r\n".join(mark.join(row) for row in rows).encode()
    assert await texts("csv", data) == ["what: tea; price: 2; hot\n\nwhat: milk, cold; price: 3"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
async def test_a_text_is_read_in_its_encoding(encoding):
    assert await texts("txt", "Grüße aus Köln — für dich".encode(encoding)) == ["Grüße aus Köln — für dich"]


async def test_what_no_database_stores_is_replaced():
    assert await texts("txt", b"a\x00b") == ["a\ufffdb"]
    assert await texts("txt", b"\xff\xfea\x00\x00\xd8b\x00") == ["a\ufffdb"]


async def test_what_printers_write_is_read_as_people_type_it():
    assert await texts("txt", "Die O\u0308\ufb00nungs\u00adzeiten".encode()) == ["Die Öffnungszeiten"]


async def test_20_mib_on_one_line_are_read():
    found = await texts("txt", b"whale " * (20 * 1024**2 // 6))
    assert sum(map(len, found)) > 18 * 1024**2


async def problem(format: str, data: bytes) -> str:
    with pytest.raises(Unreadable) as refused:
        await extracted(format, data, lambda _done: None)
    return refused.value.key


@pytest.mark.parametrize(
    ("format", "data", "key"),
    [
        ("pdf", b"%PDF-1.7\n", "unreadable"),
        ("pdf", b"%PDF-1.7\n" + bytes(range(256)) * 100, "unreadable"),
        ("pdf", files.looping_pdf(), "unreadable"),
        ("pdf", files.odd_pdf(), "unreadable"),
        ("pdf", files.picture_pdf(), "empty"),
        ("pdf", files.pdf(""), "empty"),
        ("docx", b"PK\x03\x04word/document.xml", "unreadable"),
        ("docx", files.docx(), "empty"),
        ("docx", files.docx(document="<broken"), "unreadable"),
        ("docx", files.laughing(), "unreadable"),
        ("docx", files.bomb(), "too_long"),
        ("html", b"<script>x</script>", "empty"),
        ("csv", b"\n\n", "empty"),
        ("csv", b'a\n"' + b"x" * 200_000, None),
        ("txt", b" \n --- \n", "empty"),
    ],
)
async def test_what_cannot_be_read_is_said_in_words_and_the_next_is_read(format, data, key):
    try:
        found = await problem(format, data)
    except pytest.fail.Exception:  # there was something to read
        found = None
    assert found == key
    assert await texts("txt", b"Hello") == ["Hello"]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"x",
        b"[1]",
        b'[0, "a"]',
        b'[true, "a"]',
        b'[1, ""]',
        b'[1, "a\\u0000"]',
        b"[[" * 9999,
        b'{"a": 1}',
    ],
)
def test_a_child_that_was_taken_over_is_not_believed(line):
    with pytest.raises(Unreadable):
        passages_from([line])
