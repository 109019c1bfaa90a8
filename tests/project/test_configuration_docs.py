"""Every setting is described in docs/configuration.md and shown in .env.example, and no other."""

import re
from pathlib import Path

from tests.settings import READ

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| `([A-Z_]+)` \|", re.MULTILINE)
LINE = re.compile(r"^# ([A-Z_]+)=(.*)$", re.MULTILINE)


def test_the_settings_are_read():
    assert {"DATA_DIR", "SECRET_KEY"} <= READ


def test_each_setting_has_its_row():
    assert set(ROW.findall((ROOT / "docs" / "configuration.md").read_text("utf-8"))) == READ


def test_each_setting_has_its_line():
    assert {name for name, _value in LINE.findall((ROOT / ".env.example").read_text("utf-8"))} == READ


def test_the_example_shows_the_defaults_of_the_docs():
    rows = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    for name, value in LINE.findall((ROOT / ".env.example").read_text("utf-8")):
        default = re.search(rf"^\| `{name}` \| (.*?) \|", rows, re.MULTILINE)
        assert default is not None
        if default[1].startswith("`"):
            assert value == default[1].strip("`"), name
