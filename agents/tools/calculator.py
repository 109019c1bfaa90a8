"""Arithmetic that is right, where a model would guess."""

from django.utils.translation import gettext_noop

from agents.arithmetic import value_of
from agents.tools.base import Told, Tool, ToolProblem


async def calculator(expression: str) -> Told:
    """Calculates an arithmetic expression. Use it for every calculation instead of working it out yourself.

    expression: such as `12 * (3 + 4) / 2`; known are + - * / // % ** ( ), abs, round, sqrt, log, exp, sin, cos, tan, pi and e
    """  # noqa: E501 (a parameter is described on one line)
    try:
        value = value_of(expression)
    except ValueError as problem:
        raise ToolProblem(f"This cannot be calculated: {problem}.") from None
    shown = f"{value:.15g}" if isinstance(value, float) else str(value)
    return Told(f"{expression.strip()} = {shown}", summary=shown)


TOOL = Tool(calculator, about=gettext_noop("Calculates instead of guessing"), timeout_s=5)
