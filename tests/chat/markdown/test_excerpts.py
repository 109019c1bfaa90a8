"""A line of a list shows the words of a text, not its marks."""

import time

import pytest

from chat.markdown import words_only


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# A *heading* #", "A heading"),
        ("- one\n- [x] two\n3. three", "one two three"),
        ("> > quoted\n> twice", "quoted twice"),
        ("**bold**, _slanted_, ***both***, ~~gone~~", "bold, slanted, both, gone"),
        ("`code` and ``more``", "code and more"),
        ("```python\nx = 1\n```", "x = 1"),
        ('[a link](https://a.example "title") and ![a picture](/x.png)', "a link and a picture"),
        ("<https://a.example>", "https://a.example"),
        ("| a | b |\n|---|:-:|\n| 1 | 2 |", "a b 1 2"),
        ("a note[^1]\n\n[^1]: below", "a note below"),
        ("snake_case_name stays, 2 * 3 too", "snake_case_name stays, 2 * 3 too"),
        (r"\*not slanted\*", "*not slanted*"),
        ("---\n***", ""),
    ],
)
def test_marks_are_left_out(text, words):
    assert words_only(text) == words


@pytest.mark.parametrize(
    "mark", ["*", "_", "`", "[", "![", "](", ">", "#", "|", "|-", "- ", "<http://", "[^", "~", "\\"]
)
def test_marks_without_end_take_no_time(mark):
    began = time.process_time()
    words_only(mark * 1200)
    assert time.process_time() - began < 0.5
