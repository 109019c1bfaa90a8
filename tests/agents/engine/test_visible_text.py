"""What a person reads before they allow a call is what the tool gets: nothing hides in it."""

import time

import pytest

from agents.engine.arguments import shown
from agents.engine.messages import ToolCall
from agents.engine.text import visible


@pytest.mark.parametrize(
    "text",
    [
        "plain text, with\nlines\tand tabs\r\n",
        "Grüße, 你好, مرحبا, שלום",
        "👩‍👩‍👧 ❤️",  # joined, and with the selector of colours
        "می‌خواهم",  # a word of Persian needs its non-joiner
        "    indented = True",
    ],
)
def test_what_can_be_read_stays(text):
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("safe\u202egpj.exe", "safe[U+202E]gpj.exe"),
        ("rm\u200b -rf", "rm[U+200B] -rf"),
        ("pay\u200d5", "pay[U+200D]5"),
        ("a\x1b[2Kb\rc\x00", "a[U+001B][2Kb[U+000D]c[U+0000]"),
        ("a\u2066\u2067\u2068\u2069\u200f\u200eb", "a[U+2066][U+2067][U+2068][U+2069][+ 2]b"),
        ("ok\U000e0041\ufe01\u3164", "ok[U+E0041][U+FE01][U+3164]"),
        ("top" + "\n" * 500 + "hidden", "top[500 blank]hidden"),
    ],
)
def test_what_would_not_be_seen_is_named(text, seen):
    assert visible(text) == seen


def test_the_arguments_of_a_call_that_asks_hide_nothing():
    call = ToolCall("a", "pay", '{"t\\u202eo": "alice\\u200b@evil.test", "list": ["\\u202e"]}')
    assert shown(call) == {"t[U+202E]o": "alice[U+200B]@evil.test", "list": '["[U+202E]"]'}


@pytest.mark.parametrize("piece", ["\u200b", " ", "a\u200d", "\u200da", "é\u202e"])
def test_a_long_text_is_looked_through_at_once(piece):
    began = time.process_time()
    visible(piece * 100_000)
    assert time.process_time() - began < 2
