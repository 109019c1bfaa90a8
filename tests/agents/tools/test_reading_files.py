"""Listing and reading files: bounded, a piece at a time, and what is no text is named as such."""

from dataclasses import replace
from uuid import uuid4

import pytest

from agents.tools.base import CallContext, ToolProblem
from agents.tools.box import MAX_RESULT
from agents.tools.files import FileEntry
from agents.tools.list_files import list_files
from agents.tools.read_file import MOST, read_file


class Shelf:
    """A workspace in memory."""

    def __init__(self, **files):
        self.files = files

    async def entries(self):
        return [FileEntry(uuid4(), path, len(content)) for path, content in sorted(self.files.items())]

    async def read(self, path):
        if path not in self.files:
            raise ToolProblem("There is no such file.")
        return FileEntry(uuid4(), path, len(self.files[path])), self.files[path]


def having(**files):
    shelf = Shelf()
    shelf.files = {name.replace("__", "/").replace("_", "."): content for name, content in files.items()}
    return CallContext(files=shelf)


async def read(content, **arguments):
    raw = content if isinstance(content, bytes) else content.encode()
    return (await read_file("notes.md", having(notes_md=raw), **arguments)).text


async def test_files_are_listed_with_their_sizes():
    context = having(a_md=b"x" * 1200, drafts__b_md=b"")
    assert (await list_files(context)).text == "a.md (1,200 bytes)\ndrafts/b.md (0 bytes)"
    assert (await list_files(context, "drafts/")).text == "drafts/b.md (0 bytes)"
    assert "no files in this folder" in (await list_files(context, "draft")).text
    assert "no files yet" in (await list_files(having())).text


async def test_a_test_conversation_has_no_files():
    for call in (list_files(CallContext()), read_file("notes.md", CallContext())):
        with pytest.raises(ToolProblem, match="test conversation"):
            await call


async def test_a_small_file_is_read_whole():
    assert await read("Tea\nCoffee\n") == "notes.md, 11 characters in 2 lines:\n\nTea\nCoffee\n"
    assert await read("") == "notes.md, 0 characters in 0 lines:\n\n"


async def test_a_large_file_is_read_on_piece_by_piece_without_gap_or_repetition():
    text = "".join(f"line {n} \u2013 ünïcode\n" for n in range(3_000))
    offset, got = 0, []
    while True:
        result = await read(text, offset=offset)
        assert len(result) < MAX_RESULT
        piece = result.partition(":\n\n")[2]
        piece, more, rest = piece.partition("\n[Not the end. Read on with offset=")
        got.append(piece)
        if not more:
            break
        offset = int(rest.rstrip(".]"))
    assert "".join(got) == text
    assert len(got) == -(-len(text) // MOST)


async def test_one_line_of_a_megabyte_is_read_in_pieces():
    result = await read("x" * 1_000_000)
    assert "x" * MOST in result
    assert result.endswith(f"offset={MOST}.]")


@pytest.mark.parametrize(
    ("arguments", "shown"),
    [
        ({"first_line": 2}, "b\nc"),
        ({"first_line": 2, "last_line": 2}, "b\n"),
        ({"last_line": 2}, "a\nb\n"),
        ({"first_line": 3, "last_line": 99}, "c"),
        ({"offset": 4}, "c"),
    ],
)
async def test_some_lines_are_read(arguments, shown):
    body = (await read("a\nb\nc", **arguments)).partition(":\n\n")[2]
    assert body.partition("\n[Not the end")[0] == shown


@pytest.mark.parametrize(
    "arguments",
    [
        {"first_line": 0},
        {"first_line": -1},
        {"first_line": 4},
        {"first_line": 3, "last_line": 2},
        {"last_line": -2},
        {"offset": -5},
        {"offset": 5},
        {"offset": 10**30},
        {"first_line": 10**30},
    ],
)
async def test_what_the_file_does_not_have_is_told(arguments):
    with pytest.raises(ToolProblem):
        await read("a\nb\nc", **arguments)


@pytest.mark.parametrize("content", [b"\x89PNG\r\n", b"a\x00b", b"\xff\xfe", b"\xed\xa0\x80"])
async def test_what_is_no_text_is_named_as_such(content):
    with pytest.raises(ToolProblem, match=rf"no text but {len(content)} bytes"):
        await read(content)


async def test_a_missing_file_is_told():
    with pytest.raises(ToolProblem, match="no such file"):
        await read_file("other.md", replace(having(notes_md=b"")))
