import pytest

from chat.text import title_from


@pytest.mark.parametrize(
    ("content", "title"),
    [
        ("Short", "Short"),
        ("two\nlines  and   spaces", "two lines and spaces"),
        ("a" * 50, "a" * 50),
        ("a" * 51, "a" * 50 + "…"),
        ("word " * 10 + "more", "word word word word word word word word word word…"),
        (
            "forty-nine characters and then a very long word indeed",
            "forty-nine characters and then a very long word…",
        ),
    ],
)
def test_a_title_is_the_first_fifty_characters_cut_at_a_word(content, title):
    assert title_from(content) == title
    assert len(title) <= 51
