"""A text in pieces: nothing is lost, none is too long, and each says under which headings it stands."""

from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from agents.knowledge.chunking import MOST, MOST_PATH, WINDOW, pieces_of

RULES = """# Library

Welcome.

## Loans

### Books

Books are lent for three weeks.

### Films

Films are lent for one week.
"""
TEXTS = st.text(st.sampled_from("ab. \n#`\t…?語。") | st.characters(codec="utf-8"), max_size=400)


def shown(text: str, **options: object) -> list[str]:
    return [piece.shown(text) for piece in pieces_of(text, **options)]


@given(TEXTS, st.booleans(), st.integers(10, 60), st.integers(0, 20))
@example("x" * 500, False, 10, 5)
@example("# a\n# b\n## c\n\n```\n# d\n```\n", True, 20, 5)
def test_nothing_is_lost_and_nothing_is_too_long(text, headed, most, overlap):
    pieces = list(pieces_of(text, headed=headed, most=most, overlap=overlap))
    covered = set()
    for piece in pieces:
        assert 0 < piece.end - piece.start <= most
        covered.update(range(piece.start, piece.end))
    assert [text[at] for at in range(len(text)) if at not in covered and not text[at].isspace()] == []
    assert all(one.start < other.start for one, other in pairwise(pieces))


@given(TEXTS)
def test_each_word_is_shown(text):
    words = "".join(shown(text, headed=True)).replace("#", "")
    assert {letter for letter in text if letter.isalnum()} <= set(words)


def test_a_piece_says_where_it_stands():
    assert shown(RULES, headed=True) == [
        "Library\nWelcome.",
        "Library › Loans › Books\nBooks are lent for three weeks.",
        "Library › Loans › Films\nFilms are lent for one week.",
    ]


def test_headings_in_code_are_none():
    assert shown("# A\n\n```\n# make it\n```\n", headed=True) == ["A\n```\n# make it\n```"]


def test_headings_are_bounded():
    long = "\n".join(f"{'#' * level} {str(level) * 70}" for level in range(1, 7)) + "\n\nText"
    (piece,) = shown(long, headed=True)
    assert len(piece.splitlines()[0]) <= MOST_PATH
    assert piece.endswith("Text")


def test_pieces_end_with_paragraphs_and_sentences_and_overlap_within_one():
    paragraph = "A sentence of some length stands here, number %d. "
    text = "\n\n".join("".join(paragraph % (n * 10 + m) for m in range(8)) for n in range(6))
    assert all(one.endswith(".") and one.startswith("A sentence") for one in shown(text))
    alone = "".join(paragraph % n for n in range(60))
    pieces = shown(alone)
    for one, other in pairwise(pieces):
        assert one.rpartition("A sentence")[2] in other


def test_a_large_text_of_the_smallest_lines_is_divided():
    text = "a\n" * WINDOW
    assert sum(piece.end - piece.start for piece in pieces_of(text)) >= 2 * WINDOW - WINDOW // 10


def test_a_large_text_without_a_space_is_divided():
    assert sum(map(len, shown("x" * 2_000_000))) == 2_000_000
    assert max(map(len, shown("# " + " " * 100_000 + "\n" + "x." * 100_000, headed=True))) <= MOST
