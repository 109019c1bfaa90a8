"""Programs in the environment: a name and a whole command each."""

import pytest

from config.env import WrongSetting, commands


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("", {}),
        ("notes=/usr/bin/notes --all", {"notes": ["/usr/bin/notes", "--all"]}),
        (' a = x "y z" ; b-c.d=x; ', {"a": ["x", "y z"], "b-c.d": ["x"]}),
        ("a=env X=1 x", {"a": ["env", "X=1", "x"]}),
    ],
)
def test_names_and_words_are_read(monkeypatch, value, read):
    monkeypatch.setenv("PROGRAMS", value)
    assert commands("PROGRAMS") == read


@pytest.mark.parametrize("value", ["notes", "=x", "notes=", 'notes=x "y', "a b=x"])
def test_what_is_no_program_stops_the_start(monkeypatch, value):
    monkeypatch.setenv("PROGRAMS", value)
    with pytest.raises(WrongSetting, match="PROGRAMS must be programs such as"):
        commands("PROGRAMS")
