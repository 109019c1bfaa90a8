"""The patterns that the API's description has for texts, as any client may read them."""

import re

import pytest

from accounts.schemas import TEXT, WORDS


@pytest.mark.parametrize(
    ("text", "is_text", "is_words"),
    [
        ("a b", True, True),
        ("\n a", True, True),
        ("", True, False),
        (" \t\n", True, False),
        ("\0", False, False),
        ("a\0b", False, False),
        (" \0 ", False, False),
    ],
)
def test_no_text_has_a_nul_and_words_are_more_than_spaces(text, is_text, is_words):
    assert bool(re.search(TEXT, text)) == is_text
    assert bool(re.search(WORDS, text)) == is_words
