"""What is said of Markdown: its words; of what is drawn, what a person would tell who reads aloud."""

import pytest
from django.utils.translation import override

from voice.spoken import Speakable


def said(text: str) -> list[str]:
    speakable = Speakable()
    return speakable.feed(text) + speakable.finish()


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("# A title #\nText **bold. And** _more_.", ["A title", "Text bold.", "And more."]),
        ("A title\n===\n\nText", ["A title", "Text"]),
        ("- one\n- two\n  goes on\n\n  more\n3. three", ["one", "two goes on", "more", "3. three"]),
        ("It was in\n1986. A good year.", ["It was in 1986.", "A good year."]),
        ("- [x] tea\n- [ ] milk", ["Done: tea", "To do: milk"]),
        ("> Quoted\n> words.\n\nOurs.", ["Quoted words.", "Ours."]),
        ("[the docs](https://a.example/x_(y).z) and [a][b]", ["the docs and a"]),
        (
            "See https://www.example.com/a?b=c. And <https://b.example/d>!",
            ["See example.com.", "And b.example!"],
        ),
        ("A fact [1], another[^2] [3, 4].\n\n[^2]: the source", ["A fact, another.", "Note: the source"]),
        ("[b]: https://b.example\n\nText", ["Text"]),
        ("![a whale](whale.png)", ["Image: a whale"]),
        ("Call `os.path.join()` or snake_case.", ["Call os.path.join or snake case."]),
        ("2 * 3 is 6, 2*3 too", ["2 * 3 is 6, 2*3 too"]),
        ("Fish &amp; chips<br>for $5 or $10 \\*", ["Fish & chips for $5 or $10 *"]),
        ("So $x^2 = \\frac{a}{b}$ holds.", ["So x squared equals a over b holds."]),
        ("$$\nE = mc^2\n$$\nText", ["E equals mc squared.", "Text"]),
        ("\\[ a \\leq b \\]", ["a at most b."]),
        ("one  \n---\n***\n\ntwo", ["one", "two"]),
        ("[0, 1) is open. Yes.", ["0, 1) is open.", "Yes."]),
    ],
)
def test_its_words_are_said_without_its_marks(text, sentences):
    assert said(text) == sentences


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("```python\nprint(1)\n\nprint(2)\n```\nSo.", ["A code block in Python, 3 lines.", "So."]),
        ("Look:\n~~~~\n```\n~~~~", ["Look:", "A code block, 1 line."]),
        ("```js\nlet a\n", ["A code block in JavaScript, 1 line."]),
        ("Text\n\n    a = 1\n\n    b = 2\n\nSo.", ["Text", "A code block, 3 lines.", "So."]),
    ],
)
def test_code_is_named_not_read(text, sentences):
    assert said(text) == sentences


@pytest.mark.parametrize(
    "table",
    [
        "| Name | Age |\n|---|--:|\n| Ann | 5 |\n| **Bob** | |\n",
        "Name | Age\n--- | ---\nAnn | 5\nBob |\n",
    ],
)
def test_a_table_is_said_row_by_row_under_its_heads(table):
    rows = ["A table with the columns Name, Age.", "Name: Ann, Age: 5.", "Name: Bob."]
    assert said(f"{table}\nThat is all.") == [*rows, "That is all."]


def test_a_row_is_said_before_the_table_has_ended():
    speakable = Speakable()
    speakable.feed("| Name | Age |\n|---|---|\n| Ann | 5 |")
    assert speakable.feed("\n") == ["Name: Ann, Age: 5."]


def test_a_line_with_bars_alone_is_no_table():
    assert said("| a | b |\n\nText") == ["a, b", "Text"]


def test_words_of_ours_are_in_the_language_that_is_active():
    with override("de"):
        assert said("```py\nx\n```") == ["Ein Codeblock in Python, 1 Zeile."]
