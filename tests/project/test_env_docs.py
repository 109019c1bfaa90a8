"""Lines for `.env` that documents tell a reader to copy: what stands behind a value would be part of it."""

import re
from pathlib import Path

import pytest

from config.env import LINE

DOCS = Path(__file__).resolve().parents[2]
FILES = [DOCS / "README.md", *sorted((DOCS / "docs").rglob("*.md"))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_setting_has_a_comment_behind_it(path: Path):
    blocks = re.findall(r"^```\w*\n(.*?)^```", path.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    assert [line for line in lines if LINE.match(line) and re.match(r"[A-Z_]+=\S*\s+#", line)] == []
