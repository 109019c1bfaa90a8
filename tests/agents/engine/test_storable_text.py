"""Whatever a model sends becomes text that a database and a socket accept."""

from hypothesis import given
from hypothesis import strategies as st

from agents.engine.text import WholeCharacters


def repair(pieces):
    characters = WholeCharacters()
    return "".join([*(characters.feed(piece) for piece in pieces), characters.flush()])


def test_a_pair_split_between_two_pieces_is_one_character():
    assert repair(["a\ud83d", "\ude00b"]) == "a😀b"


def test_a_half_alone_is_replaced():
    assert repair(["\ud83d", "b"]) == "\ufffdb"
    assert repair(["\ude00"]) == "\ufffd"
    assert repair(["a\ud83d"]) == "a\ufffd"


def test_nul_is_replaced():
    assert repair(["a\0b", "ä\0"]) == "a\ufffdbä\ufffd"


odd_text = st.text(st.characters(categories=["L", "N", "Cs", "Cc", "So"]) | st.sampled_from("\ud83d\ude00\0"))


@given(text=odd_text)
def test_the_split_of_the_pieces_does_not_matter_and_the_result_is_utf8(text):
    whole = repair([text])
    assert repair(list(text)) == whole
    whole.encode()


@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_good_text_stays_as_it_is(text):
    assert repair(list(text)) == text
