"""A stream's promises, for any text cut anywhere."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from chat.markdown import Stream, render
from tests.chat.markdown.page import Page, tree

PIECES = [
    "a",
    "word",
    "two words ",
    "B. ",
    " ",
    "\n",
    "\n\n",
    "- ",
    "* ",
    "1. ",
    "2. ",
    "  ",
    "    ",
    "   - ",
    "> ",
    "# ",
    "## ",
    "**",
    "*",
    "_",
    "__",
    "~~",
    "`",
    "``",
    "```",
    "```py\n",
    "\n```\n",
    "~~~",
    "|",
    "| a | b |\n",
    "|---|---|\n",
    "| 1 | 2 |\n",
    "---",
    "===",
    "\n---\n",
    "$",
    "$$",
    "\n$$\n",
    "\\(",
    "\\)",
    "\\[",
    "\\]",
    "x^2",
    "[",
    "]",
    "(",
    ")",
    "](",
    "[a](http://x.y)",
    "![i](http://x.y/z)",
    "http://",
    "https://a.b/c",
    "<",
    "<b>",
    ">",
    "&",
    "&amp;",
    ";",
    "\\",
    "!",
    "[x] ",
    "[ ] ",
    "- [x] t\n",
    "\t",
    "1",
    "9) ",
    "é",
    "文",
    "\r\n",
    "\r",
    "\xa0",
    ":",
    "/",
    "'",
    '"',
    "=",
    "+ ",
    "#",
    "\x00",
    "- item\n",
    "- item\n\n",
    "1. item\n",
    "text\n",
    "para text here\n\n",
    "://",
    "**b**",
    "def f():\n",
    "    x\n",
    "  ```\n  c\n",
]
LONG = [
    "- item number one with some words in it that make it **long** and `code`\n",
    "  - nested thing\n",
    "| cell one with text | cell **two** |\n",
    "- a\n\n",
    "  and more of it\n",
]
texts = st.lists(st.sampled_from(PIECES), max_size=16).map("".join)
long_texts = st.tuples(
    st.sampled_from(["", "- a\n- b\n", "1. a\n2. b\n", "| a | b |\n|---|---|\n"]),
    st.lists(st.sampled_from(LONG * 6 + PIECES), min_size=10, max_size=60).map("".join),
).map("".join)
cuts = st.lists(st.integers(1, 24), min_size=1, max_size=12)


def cut(text: str, sizes: list[int]) -> list[str]:
    """The text in pieces of these sizes, over and over."""
    pieces, start, turn = [], 0, 0
    while start < len(text):
        size = sizes[turn % len(sizes)]
        pieces.append(text[start : start + size])
        start, turn = start + size, turn + 1
    return pieces


@given(texts | long_texts, cuts, st.booleans())
@example("```py\nx\n\n```", [1], True)
@example("* \t```py\n\xa0\xa0**b**", [2], True)
@example("a \\(! b", [1], True)
@settings(max_examples=150)
def test_the_page_that_applies_the_patches_shows_the_stream(text, sizes, swaps):
    stream, page = Stream("m", swaps=swaps), Page()
    for piece in cut(text, sizes):
        page.apply(stream.feed(piece))
        assert page.text.normal() == tree(stream.html).normal()
        assert page.tail.normal() == tree(stream.tail).normal()
    page.apply(stream.finish())
    assert page.text.normal() == tree(stream.html).normal()
    assert not page.tail.children


@given(texts | long_texts, cuts)
@settings(max_examples=150)
def test_how_the_text_is_cut_makes_no_difference(text, sizes):
    at_once, in_pieces = Stream(), Stream()
    at_once.feed(text)
    for piece in cut(text, sizes):
        in_pieces.feed(piece)
    assert in_pieces.text == at_once.text
    assert in_pieces.html + in_pieces.tail == at_once.html + at_once.tail


@given(texts | long_texts, cuts)
@settings(max_examples=150)
def test_a_finished_stream_is_the_rendered_text(text, sizes):
    stream = Stream()
    for piece in cut(text, sizes):
        stream.feed(piece)
    stream.finish()
    assert stream.html == render(text)
    assert stream.tail == ""


@given(st.text(max_size=60), cuts)
@settings(max_examples=150)
def test_any_characters_will_do(text, sizes):
    stream = Stream()
    for piece in cut(text, sizes):
        stream.feed(piece)
    tree(stream.html + stream.tail)
    stream.finish()
    assert "[^" in text or "]:" in text or stream.html == render(text)


def test_finished_blocks_are_never_touched_again():
    stream = Stream()
    seen = ""
    for piece in cut("# A\n\npara\n\n- a\n- b\n\n```py\nx\n```\n| a |\n|---|\n| b |\n\nend", [3]):
        stream.feed(piece)
        assert stream.html.startswith(seen)
        seen = stream.html
    assert "highlight" not in seen
    assert seen.count('<div class="code">') == 1


def test_nothing_to_say_changes_nothing():
    stream = Stream()
    assert stream.feed("") == []
    assert stream.feed("\n\n \n") == []
    assert stream.finish() == []
    assert (stream.text, stream.html, stream.tail) == ("\n\n \n", "", "")
