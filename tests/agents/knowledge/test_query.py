"""What is looked for in a question."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.knowledge.query import MOST_WORDS, Term, terms_of


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("How long does the library lend a book?", [Term((), "librar"), Term((), "lend"), Term((), "book")]),
        ("Wie lange sind die Öffnungszeiten?", [Term((), "öffnungszeit")]),
        ("fees", [Term(("fees", "fee"))]),
        ("the", [Term(("the", "thes"))]),
        ("room 12", [Term((), "room"), Term(("12",))]),
        ("Books books BOOK", [Term((), "book")]),
        ("?!", []),
    ],
)
def test_words_that_say_something_without_their_endings(question, terms):
    found = terms_of(question)
    assert [one.prefix for one in found] == [one.prefix for one in terms]
    assert all(set(term.exact) <= set(one.exact) for one, term in zip(found, terms, strict=True))


def test_of_many_words_the_longest_count():
    terms = terms_of(" ".join(f"{'x' * length}1" for length in range(1, 20)))
    assert [len(term.prefix) for term in terms] == list(range(13, 21))


@given(st.text())
def test_whatever_is_asked_the_terms_are_few_and_are_words(question):
    terms = terms_of(question)
    assert len(terms) <= MOST_WORDS
    for term in terms:
        for word in (*term.exact, term.prefix):
            assert '"' not in word
            assert "'" not in word
