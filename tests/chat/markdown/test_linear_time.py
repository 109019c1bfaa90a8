"""Twice the text takes about twice the time, whatever the text: by ratio, for machines differ."""

import time

import pytest

from chat.markdown import Stream, render

UNITS = [
    ">",
    "> ",
    "[",
    "![",
    "]",
    "[]",
    "[a](",
    "[a](b ",
    '[a](b "',
    "[x](<",
    "](",
    "[a]: b\n",
    '[a]: b "\n',
    "[^",
    "[^a]",
    "[^a]: b\n",
    "*",
    "*a ",
    "*a_ ",
    "a**b",
    "**a *b ",
    "_",
    "~~a ",
    "`",
    "` ",
    "`a`` ",
    "$",
    "$a ",
    "$$ ",
    "$a$",
    "$a\\$",
    "\\(",
    "\\(a\\)",
    "\\[",
    "\\",
    "<",
    "<a",
    "<http://a",
    "<a@b.",
    "http://",
    "https://a.b ",
    "https://a.b/" + ")" * 50,
    "&",
    "&#",
    "&amp;",
    "-\n",
    "- ",
    "- a\n",
    "- a\n\n",
    "1. a\n",
    "- [ ] a\n",
    "|",
    "a|",
    "| a |\n",
    "|\n|-|\n",
    "# ",
    "```\n",
    "~~~a\n",
    "    a\n",
    "$$\n",
    "\n",
    "a\n",
    "> a\n",
    "a\\\n",
    " ",
    "\t",
    "é",
    "!",
    "a b c. ",
    "::",
    "/",
    "://",
    "<!--",
    "\"'",
    "(",
    "((a)",
    "{",
    "===\n",
    "---\n",
    "|a|b|\n|-|-|\n|c",
]
#: Characters; four times as many are enough for a square to show and few enough for the whole list.
SIZE = 4_000
TIMES = 4
#: A line would give 4 and a square 16. Bounds that set in between the two lengths add to the line.
GENEROUS = 13


def seconds(work, text):
    times = []
    for _ in range(2):
        start = time.process_time()
        work(text)
        times.append(time.process_time() - start)
    return min(times)


def whole(text):
    render(text)


def in_pieces(text):
    stream = Stream()
    for start in range(0, len(text), 200):
        stream.feed(text[start : start + 200])
    stream.finish()


def assert_linear(work, unit, size):
    def text(length):
        return (unit * (length // len(unit) + 1))[:length]

    for _ in range(6):  # another process may have had the processor's caches
        short, long = seconds(work, text(size)), seconds(work, text(TIMES * size))
        if long < 0.02 or long / short < GENEROUS:
            return
    raise AssertionError(f"{unit!r}: {short:.3f} s, {TIMES} times as long: {long:.3f} s")


@pytest.mark.parametrize("unit", UNITS)
def test_rendering_is_linear(unit):
    assert_linear(whole, unit, SIZE)


@pytest.mark.parametrize(
    "unit",
    [
        "word ",
        "some **bold** and `code` words ",
        "- item **b** and `c` here\n",
        "- item\n\n",
        "- top\n  - sub\n  - sub\n",
        "| a | **b** |\n",
        "> quote **b**\n",
        "text **b**\n",
        "```\ncode\n",
        "\n",
        "[a]: https://b.example\n",
        "[^a]: b\n",
        "$x$ ",
        "[a](https://b.example) ",
        "*",
        "[",
        "> ",
    ],
)
def test_streaming_is_linear_also_where_one_block_never_ends(unit):
    assert_linear(in_pieces, unit, SIZE)


def test_streaming_a_long_table_is_linear():
    def rows(text):
        in_pieces("| a | b |\n|---|---|\n" + text)

    assert_linear(rows, "| one **two** | three |\n", SIZE)


def test_a_wide_and_deep_table_is_bounded():
    columns = "|a" * 300
    html = render(f"{columns}|\n{'|-' * 300}|\n" + "|x|\n" * 300)
    assert len(html) < 3_000_000
