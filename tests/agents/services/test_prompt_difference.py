"""The difference of two prompts: what a reader needs to see of it, in bounded time."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.prompt_difference import Line, Piece, difference

TEXT = st.lists(
    st.sampled_from(["", "a b c", "a b d", "x", "  y", "a long line of words", "z!"]), max_size=12
).map("\n".join)


def plain(lines, *kinds):
    return ["".join(piece.text for piece in line.pieces) for line in lines if line.kind in kinds]


def test_equal_prompts_have_no_difference():
    assert difference("a\nb", "a\nb") == []


def test_a_changed_line_shows_both_with_the_words_that_differ_marked():
    assert difference("You know old books.", "You know new books.") == [
        Line("removed", (Piece("You know "), Piece("old", True), Piece(" books."))),
        Line("added", (Piece("You know "), Piece("new", True), Piece(" books."))),
    ]


def test_lines_with_little_in_common_are_shown_whole():
    assert difference("You know books.", "Answer in French only") == [
        Line("removed", (Piece("You know books."),)),
        Line("added", (Piece("Answer in French only"),)),
    ]


def test_long_unchanged_stretches_are_left_out():
    same = [str(number) for number in range(20)]

    lines = difference("\n".join([*same, "x"]), "\n".join([*same, "y"]))

    assert lines[0] == Line("gap", count=18)
    assert [line.kind for line in lines[1:]] == ["same", "same", "removed", "added"]


@given(TEXT, TEXT)
def test_both_texts_can_be_told_from_the_difference(before, after):
    lines = difference(before, after)
    if not lines:
        assert before.splitlines() == after.splitlines()
        return

    left_out = sum(line.count for line in lines)
    assert len(plain(lines, "same", "removed")) + left_out == len(before.splitlines())
    assert len(plain(lines, "same", "added")) + left_out == len(after.splitlines())
    assert set(plain(lines, "same", "removed")) <= set(before.splitlines())
    assert set(plain(lines, "same", "added")) <= set(after.splitlines())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\n" * 50_000, "b\n" * 50_000),
        ("a\nb\n" * 1000, "b\na\n" * 1000),
        ("a b " * 25_000, "b a " * 25_000),
        ("".join(f"{n} a b c\n" for n in range(1900)), "".join(f"{n} c b a\n" for n in range(1900))),
        ("a b " * 499 + "\n" + "c d " * 499, "b a " * 499 + "\n" + "d c " * 499),
        (("ab " * 40 + "\n") * 800, ("ba " * 40 + "\n") * 800),
        (("a b " * 49 + "\nsame\n") * 490, ("b a " * 49 + "\nsame\n") * 490),
        (("a b " * 49 + "\n") * 490, ("b a " * 49 + "\n") * 490),
        (("a b c d e f " * 250 + "\n") * 32, ("f e d c b a " * 250 + "\n") * 32),
    ],
)
def test_no_two_prompts_take_long(before, after):
    began = time.process_time()

    difference(before, after)

    assert time.process_time() - began < 5
