"""docs/tools.md: what it says of other servers' tools has the code's numbers."""

from pathlib import Path

import pytest

from agents.tools.json_schemas import MAX_CHARS
from agents.tools.mcp_connection import ANSWER_S, MOST_OPEN, OPEN_S
from agents.tools.mcp_http import MAX_BYTES
from agents.tools.mcp_listing import MAX_DESCRIPTION, MAX_TOOLS
from agents.tools.net import SERVICE_BOUNDS
from agents.tools.openapi import MAX_ARGUMENTS, MAX_DOCUMENT, MAX_OPERATIONS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "tools.md").read_text("utf-8")


@pytest.mark.parametrize(
    "words",
    [
        f"{MAX_TOOLS} tools, {MAX_DESCRIPTION:,} characters of description, {MAX_CHARS:,} of schema",
        f"{MAX_BYTES // 1_000_000} MB an answer |",
        f"{OPEN_S:g} seconds until a session is open, {ANSWER_S:g} for an answer",
        f"{MOST_OPEN} a process",
        f"{MAX_DOCUMENT:,} characters of document, {MAX_OPERATIONS} operations, {MAX_ARGUMENTS} parameters",
        f"{SERVICE_BOUNDS.max_bytes // 1_000_000} MB an answer, {SERVICE_BOUNDS.total_s:g} seconds",
    ],
)
def test_the_numbers_are_those_of_the_code(words):
    assert words in PAGE
