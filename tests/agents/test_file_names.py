"""What a file may be called: nothing that leads elsewhere, hides, or is another file's name in disguise."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.file_names import MAX_DEPTH, MAX_PART, MAX_PATH, file_name


@pytest.mark.parametrize(
    "name",
    [
        "notes.md",
        "a",
        ".gitignore",
        "drafts/2026/letter to Anna.md",
        "résumé.txt",
        "日本語/メモ.md",
        "semi;colon & co (2).csv",
        "…more.md",
        "a" * MAX_PART,
        "/".join("abcdef"[:MAX_DEPTH]),
        "console.log",
        "ß",
    ],
)
def test_an_ordinary_name_is_taken_as_it_is(name):
    assert file_name(name).path == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        ".",
        "..",
        "...",
        "../notes.md",
        "a/../../b",
        "a/..",
        "a/./b",
        "/etc/passwd",
        "//server/share",
        "~/notes.md",
        "\\notes.md",
        "a\\b",
        "C:notes.md",
        "C:\\notes.md",
        "notes.md:stream",
        "a//b",
        "a/",
        "notes.md ",
        " notes.md",
        "a /b",
        "notes.md.",
        "nul\x00.md",
        "new\nline",
        "tab\t.md",
        "\x7f",
        "what?",
        "a*",
        'a"b',
        "<b>",
        "a|b",
        "\u2025/notes.md",  # two dots in one sign
        "\uff0e\uff0e/notes.md",  # full-width dots
        "a\uff0fb",  # a full-width slash
        "..\uff0fb",
        "a\u2100b",  # a sign that comes apart into a/c
        "a\uff3cb",  # a full-width backslash
        "C\uff1anotes.md",
        "evil\u202egnp.md",  # turns the direction of reading
        "zero\u200bwidth",
        "\ufeffnotes.md",
        "a\u2028b",
        "a\u00a0b",
        "a\u3000b",
        "\ud800",
        "\ue000",
        "con",
        "CON",
        "nul.txt",
        "a/Aux.tar.gz",
        "COM1",
        "com\u00b9.md",  # a raised one
        "lpt9.md",
        "a" * (MAX_PART + 1),
        "a/" * MAX_DEPTH + "a",
        "\ufdfa" * 20,  # one sign that becomes eighteen
        "x" * 10_000,
        "a/" * 5_000,
    ],
)
def test_what_leads_elsewhere_or_hides_is_refused_with_a_sentence(name):
    with pytest.raises(ValueError, match=r"^[A-Z\S].+\.$") as refused:
        file_name(name)
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Notes.md", "notes.MD"),
        ("caf\u00e9", "cafe\u0301"),
        ("\ufb01le", "file"),
        ("STRASSE", "stra\u00dfe"),
        ("\uff41", "a"),
        ("\u212a", "k"),
    ],
)
def test_two_spellings_of_one_name_are_one_file(one, other):
    assert file_name(one).key == file_name(other).key


def test_a_name_is_kept_in_one_form_of_its_characters():
    assert file_name("cafe\u0301.md").path == "caf\u00e9.md"


def test_the_folders_of_a_name_are_named():
    assert file_name("A/b/c.md").folders == ["a", "a/b"]


@given(st.text(max_size=40))
def test_whatever_is_taken_stays_inside_and_can_be_taken_again(text):
    try:
        name = file_name(text)
    except ValueError:
        return
    assert file_name(name.path) == name
    assert len(name.path) <= MAX_PATH
    assert len(name.key) <= 3 * MAX_PATH
    for spelling in (name.path, unicodedata.normalize("NFKC", name.path), name.key):
        assert not set(spelling.split("/")) & {"", ".", ".."}
        assert not any(ord(character) < 32 for character in spelling)
