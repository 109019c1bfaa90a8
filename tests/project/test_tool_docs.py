"""docs/tools.md: every tool has its row, and every number is the code's."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from agents import file_names
from agents.arithmetic import MAX_CHARS
from agents.engine.limits import Limits
from agents.services import workspaces
from agents.tools import net, read_file, search_engines, search_knowledge, update_plan
from agents.tools.box import MAX_RESULT
from agents.tools.policies import POLICIES
from agents.tools.registry import TOOLS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "tools.md").read_text("utf-8")
TIMES = [tool.timeout_s for tool in TOOLS.values()]


def test_the_table_has_the_tools_there_are():
    table = PAGE.partition("## What a tool can never do")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == list(TOOLS)


@pytest.mark.parametrize(
    "words",
    [
        f"{update_plan.MOST_STEPS} steps of {update_plan.STEP_CHARS} characters",
        f"{MAX_CHARS} characters",
        f"{net.Bounds().max_bytes // 1_000_000} MB, {net.Bounds().max_redirects} redirects",
        f"{net.Bounds().total_s:g} seconds",
        f"{search_engines.MOST_RESULTS} results, {search_engines.BOUNDS.max_bytes // 1_000_000} MB, "
        f"{search_engines.BOUNDS.total_s:g} seconds",
        f"cut at {MAX_RESULT:,} characters",
        f"({min(TIMES):g} to {max(TIMES):g} seconds, by tool)",
        f"{Limits().max_turns} model calls a run",
        f"{Limits().max_calls} tool calls at once",
        f"the same call {Limits().max_repeats} times a run",
        f"{Limits().total_s / 60:g} minutes a run",
        f"{read_file.MOST:,} characters at a time",
        f"up to {search_knowledge.MOST_PASSAGES} passages",
        f"{settings.MAX_FILE_BYTES:,} bytes of text",
        f"{settings.MAX_WORKSPACE_BYTES:,} bytes, {workspaces.MAX_FILES} files",
        f"| all files of a person | {settings.MAX_PERSON_BYTES:,} bytes |",
        f"up to {file_names.MAX_DEPTH} parts",
        f"{file_names.MAX_PART} characters a part, {file_names.MAX_PATH} in all",
    ],
)
def test_the_numbers_are_those_of_the_code(words):
    assert words in PAGE


def test_the_policies_are_described():
    table = PAGE.partition("## Policies")[2].partition("##")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == list(POLICIES)
