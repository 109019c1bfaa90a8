"""docs/tools.md: every tool has its row, and every number is the code's."""

import re
from pathlib import Path

import pytest

from agents.engine.limits import Limits
from agents.tools import net, update_plan
from agents.tools.arithmetic import MAX_CHARS
from agents.tools.box import MAX_RESULT
from agents.tools.registry import TOOLS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "tools.md").read_text("utf-8")


def test_the_table_has_the_tools_there_are():
    assert re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE) == list(TOOLS)


@pytest.mark.parametrize(
    "words",
    [
        f"{update_plan.MOST_STEPS} steps of {update_plan.STEP_CHARS} characters",
        f"{MAX_CHARS} characters",
        f"{net.Bounds().max_bytes // 1_000_000} MB, {net.Bounds().max_redirects} redirects",
        f"{net.Bounds().total_s:g} seconds",
        f"cut at {MAX_RESULT:,} characters",
        f"({TOOLS['calculator'].timeout_s:g} seconds, `fetch_page` {TOOLS['fetch_page'].timeout_s:g})",
        f"{Limits().max_turns} model calls a run",
        f"{Limits().max_calls} tool calls at once",
        f"the same call {Limits().max_repeats} times a run",
        f"{Limits().total_s / 60:g} minutes a run",
    ],
)
def test_the_numbers_are_those_of_the_code(words):
    assert words in PAGE


def test_no_tool_with_effects_is_called_without_asking():
    """The page says that there is none; approval comes before the first."""
    assert not any(tool.has_effects for tool in TOOLS.values())
