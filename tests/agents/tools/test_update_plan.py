"""The plan is told whole each time, and stays small."""

import pytest

from agents.engine.events import Plan, PlanItem
from agents.tools.base import ToolProblem
from agents.tools.update_plan import TOOL, Step, update_plan


async def test_the_whole_list_is_an_event():
    told = await update_plan([Step("Buy\n tea", "completed"), Step("Boil water")])
    items = PlanItem("1", "Buy tea", "completed"), PlanItem("2", "Boil water", "pending")
    assert told.events == (Plan(items),)
    assert told.summary == "1/2"


async def test_steps_of_a_model_are_taken_as_json():
    given = TOOL.checked({"steps": [{"text": "Buy tea", "status": "in_progress"}, {"text": "Drink"}]})
    assert given == {"steps": [Step("Buy tea", "in_progress"), Step("Drink", "pending")]}


@pytest.mark.parametrize("steps", [[], [Step("x")] * 31, [Step("x"), Step(" \n")]])
async def test_a_plan_of_nothing_or_without_end_is_refused(steps):
    with pytest.raises(ToolProblem):
        await update_plan(steps)


async def test_a_long_step_is_cut():
    (plan,) = (await update_plan([Step("x" * 10_000)])).events
    assert len(plan.items[0].text) == 200


@pytest.mark.parametrize(
    "steps", ["Buy tea", [{"text": "x", "status": "done"}], [{"status": "pending"}], [3], None]
)
def test_steps_of_another_shape_are_refused_by_name(steps):
    with pytest.raises(ToolProblem, match="steps"):
        TOOL.checked({"steps": steps})
