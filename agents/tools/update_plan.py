"""The checklist a person sees beside an answer."""

from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext_noop

from agents.engine.events import Plan, PlanItem
from agents.tools.base import Told, Tool, ToolProblem

MOST_STEPS = 30
STEP_CHARS = 200


@dataclass(frozen=True)
class Step:
    """One line of the plan."""

    text: str
    status: Literal["pending", "in_progress", "completed"] = "pending"


async def update_plan(steps: list[Step]) -> Told:
    """Shows the person your plan as a checklist. Use it for work of several steps: before the first, and again whenever a step begins or is done. Each call replaces the whole list.

    steps: all steps in order, those that are done as well; at most one is `in_progress`
    """  # noqa: E501 (a description is one paragraph for the model, whatever its length)
    if not steps or len(steps) > MOST_STEPS:
        raise ToolProblem(f"A plan has 1 to {MOST_STEPS} steps.")
    items = tuple(
        PlanItem(str(number), " ".join(step.text.split())[:STEP_CHARS], step.status)
        for number, step in enumerate(steps, start=1)
    )
    if not all(item.text for item in items):
        raise ToolProblem("Each step needs a text.")
    done = sum(item.status == "completed" for item in items)
    return Told(
        f"The plan is shown: {done} of {len(items)} steps done.", f"{done}/{len(items)}", (Plan(items),)
    )


TOOL = Tool(update_plan, about=gettext_noop("Shows its plan as a checklist"), timeout_s=5)
