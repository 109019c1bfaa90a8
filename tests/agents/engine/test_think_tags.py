"""Reasoning inside the answer is told apart, wherever the pieces are cut."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.engine.thinking import MOST_SPACE, ThinkSplitter


def split(pieces):
    splitter = ThinkSplitter()
    parts = [splitter.feed(piece) for piece in pieces] + [splitter.flush()]
    return "".join(part.reasoning for part in parts), "".join(part.text for part in parts)


@pytest.mark.parametrize(
    ("text", "reasoning", "answer"),
    [
        ("<think>Hm</think>Yes", "Hm", "Yes"),
        ("\n <think>\nHm\n</think>\n\nYes\n", "Hm\n", "Yes\n"),
        ("<think>\n\n</think>\n\nYes", "", "Yes"),
        ("<think>a < b </thin></think>c", "a < b </thin>", "c"),
        ("<think>never closed", "never closed", ""),
        ("<think>cut in the tag</thi", "cut in the tag</thi", ""),
        ("<thinker>", "", "<thinker>"),
        ("  <thi", "", "  <thi"),
        ("Use <think>x</think> to think", "", "Use <think>x</think> to think"),
        ("```html\n<think>x</think>\n```", "", "```html\n<think>x</think>\n```"),
        ("<think>a</think>b<think>c</think>", "a", "b<think>c</think>"),
        (" " * (MOST_SPACE + 1) + "<think>", "", " " * (MOST_SPACE + 1) + "<think>"),
        ("", "", ""),
    ],
)
def test_only_a_tag_at_the_beginning_is_reasoning(text, reasoning, answer):
    assert split([text]) == (reasoning, answer)
    assert split(list(text)) == (reasoning, answer)


tagged = st.lists(
    st.sampled_from(["<think>", "</think>", "<", "</", "think", ">", " ", "\n", "a", "```"]), max_size=12
).map("".join)


@given(text=tagged, cuts=st.lists(st.integers(0, 80)))
def test_the_split_of_the_pieces_does_not_matter(text, cuts):
    places = sorted({0, len(text), *(cut for cut in cuts if cut < len(text))})
    pieces = [text[a:b] for a, b in pairwise(places)]
    assert split(pieces) == split([text])


@given(text=st.text())
def test_text_without_a_tag_stays_as_it_is(text):
    if not text.lstrip().startswith("<think>"):
        assert split(list(text)) == ("", text)
