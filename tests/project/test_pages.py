"""What templates, style sheet and sprite promise each other, and what the policy of the pages forbids."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
COMPONENTS = sorted((ROOT / "static" / "css").glob("*.css"))


def test_every_icon_a_template_asks_for_is_drawn():
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static/icons/sprite.svg").read_text("utf-8")))
    asked = {
        name for path in TEMPLATES for name in re.findall(r'{% icon "([\w-]+)"', path.read_text("utf-8"))
    }
    assert asked <= drawn


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_what_the_security_policy_forbids(path):
    text = path.read_text("utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|hx-on|hx-vals=.js:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)


def test_the_style_sheet_imports_every_component_once():
    imported = re.findall(r'@import "([\w-]+\.css)"', (ROOT / "static/css/parley.css").read_text("utf-8"))
    own_pages = {
        "parley.css",
        "agents.css",
        "admin.css",
        "documents.css",
        "reference.css",
        "replay.css",
    }  # the first imports; the others are linked by their pages
    assert sorted(imported) == sorted({path.name for path in COMPONENTS} - own_pages)


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.name)
def test_a_component_has_no_important_and_no_colour_of_its_own(path):
    text = path.read_text("utf-8")
    assert "!important" not in text
    if path.name not in ("tokens.css", "admin.css"):
        assert not re.search(r"#[0-9a-f]{3,8}\b(?=[^{}]*;)", text)
