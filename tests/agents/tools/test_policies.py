"""What an agent may do with a tool: by the tool's effects, unless the agent says otherwise."""

from dataclasses import replace

import pytest
from uuid_utils.compat import uuid7

from agents.engine.messages import ToolCall
from agents.toolboxes import toolbox_for
from agents.tools.base import CallContext
from agents.tools.policies import policy_of
from agents.tools.registry import TOOLS

HARMLESS = TOOLS["calculator"]
EFFECTIVE = replace(HARMLESS, has_effects=True)
CALL = ToolCall("c", "calculator", "{}")
IN_A_RUN = CallContext(run_id=uuid7())


@pytest.mark.parametrize(
    ("tool", "overrides", "expected"),
    [
        (HARMLESS, {}, "run"),
        (EFFECTIVE, {}, "ask"),
        (EFFECTIVE, {"calculator": "run"}, "run"),
        (HARMLESS, {"calculator": "never", "other": "run"}, "never"),
        (HARMLESS, {"calculator": "of another version"}, "ask"),
    ],
)
def test_the_override_counts_before_the_default(tool, overrides, expected):
    assert policy_of(tool, overrides) == expected


async def test_a_tool_that_is_never_used_is_not_on_offer():
    box = await toolbox_for(["calculator", "fetch_page"], policies={"calculator": "never"})
    assert [spec.name for spec in box.specs()] == ["fetch_page"]


async def test_the_gate_asks_in_a_run_and_refuses_where_nobody_can_be_asked():
    asks = {"calculator": "ask"}
    assert (await toolbox_for(["calculator"], context=IN_A_RUN)).verdict(CALL) == "run"
    assert (await toolbox_for(["calculator"], context=IN_A_RUN, policies=asks)).verdict(CALL) == "ask"
    assert (await toolbox_for(["calculator"], policies=asks)).verdict(CALL) == "refuse"
