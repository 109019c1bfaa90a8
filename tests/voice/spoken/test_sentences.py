"""Sentences of an answer as it arrives: all of them, once, in order, however the text is cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.spoken import LONGEST, Speakable

#: What means something to Markdown or to the end of a sentence, beside words.
SIGNS = [
    *["*", "**", "_", "`", "``", "```", "~~~", "[", "](", "]", ")", "(", "![", "$", "$$", "\\", "\\(", "\\["],
    *[
        "#",
        "# ",
        "- ",
        "1. ",
        "7) ",
        "> ",
        "|",
        "| a | b |\n|---|---|\n",
        "---",
        "===",
        ":",
        "[^1]",
        "[^1]: ",
    ],
    *["&amp;", "&", "<", "<br>", ">", "https://a.example/b.c", "www.", "http", "[x] ", "+", "=", "~"],
    *[".", ". ", "!", "? ", "…", "。", "？", "e.g. ", "Dr. ", "3.14", '"', "”", "'", ", ", "; ", " ", "    "],
    *["\n", "\n\n", "\r\n", "\r", "\t", "\x00", "👍", "\ue000", "é", "ß", "x^2", "A", "word ", "Word", "9"],
]
texts = st.lists(st.sampled_from(SIGNS) | st.text(max_size=4), max_size=60).map("".join)
words = st.text(
    st.sampled_from("abcdefghijklmnopqrstuvwxyzäöüßñ") | st.sampled_from("ABC"), min_size=1, max_size=12
)
ends = st.sampled_from(
    [" ", " ", " ", ", ", ". ", "! ", "? ", "; ", "\n", "\n\n", ".\n\n- ", ".\n\n## ", ".\n> "]
)


def said(*pieces: str) -> list[str]:
    speakable = Speakable()
    return [one for piece in pieces for one in speakable.feed(piece)] + speakable.finish()


@given(texts, st.data())
def test_what_is_said_does_not_depend_on_where_the_text_was_cut(text, data):
    whole = said(text)
    assert said(*text) == whole
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=5)))
    assert said(*(text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True))) == whole


@given(texts)
def test_no_sentence_is_empty_or_longer_than_an_engine_takes(text):
    assert all(one.strip() and len(one) <= LONGEST for one in said(text))


@given(st.lists(st.tuples(words, ends), max_size=80))
def test_every_word_is_said_once_and_in_order(told):
    text = "".join(word + end for word, end in told)
    spoken = " ".join(said(text))
    assert [one.strip(".,;!?") for one in spoken.split()] == [word for word, _end in told]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("It is 3.14, about. Yes.", ["It is 3.14, about.", "Yes."]),
        ("See e.g. Dr. Who and J. Smith. Then go.", ["See e.g. Dr. Who and J. Smith.", "Then go."]),
        ('"Stop!" he said. "Why?" Nobody knew.', ['"Stop!" he said.', '"Why?"', "Nobody knew."]),
        ("Wait... what? Oh… Well.", ["Wait... what?", "Oh…", "Well."]),
        (
            "Am 3. Oktober, z. B. in Ulm, d. h. bald. Gut.",
            ["Am 3. Oktober, z. B. in Ulm, d. h. bald.", "Gut."],
        ),
        ("这是第一句。「好吗？」他说！", ["这是第一句。", "「好吗？」", "他说！"]),
        ("Open main.py now. Go to a.example.com. Yes", ["Open main.py now.", "Go to a.example.com.", "Yes"]),
        ("Great 👍🏽. Go 🇩🇪!", ["Great.", "Go!"]),
        ("… ! *** ???", []),
    ],
)
def test_where_a_sentence_ends(text, sentences):
    assert said(text) == sentences


def test_a_sentence_is_given_as_soon_as_the_next_word_begins():
    speakable = Speakable()
    assert speakable.feed("The first one. ") == []
    assert speakable.feed("T") == ["The first one."]


def test_a_long_sentence_is_cut_after_a_comma_or_between_words():
    commas = said("word, " * 120)
    assert len(commas) == 3
    assert all(one.endswith(",") for one in commas)
    assert "".join(said("x" * 1000)) == "x" * 1000
    assert all(len(one) <= LONGEST for one in said("word " * 200))


@pytest.mark.parametrize(
    "sign", ["[", "`", "<a", "$x", "\\(", "![a](", "&a", "((", "))", "...", "| a ", "- ", "*", "> "]
)
def test_hostile_text_takes_time_in_proportion_to_its_length(sign):
    """Bounded by the test's own timeout: a quadratic reader takes minutes for these."""
    said(*(sign * 500 for _piece in range(40)))
