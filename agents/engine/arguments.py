"""A call's arguments as the model wrote them: parsed, in one line, and in full for whoever decides on it."""

import json
from collections.abc import Mapping
from typing import Any

from agents.engine.events import ARGS_SUMMARY_CHARS
from agents.engine.messages import ToolCall
from agents.engine.text import storable, visible
from agents.engine.tools import ToolBox

NAME_CHARS = 100
#: Of a call's arguments as a person reads them before deciding: how many, and characters of all together.
SHOWN_ARGUMENTS = 50
SHOWN_CHARS = 60_000


def parsed(call: ToolCall) -> Mapping[str, Any] | None:
    """The arguments; none at all count as an empty object. None when they are no JSON object."""
    try:
        arguments = json.loads(call.arguments or "{}")
    except (ValueError, RecursionError):
        return None
    return arguments if isinstance(arguments, dict) else None


def summary_of(call: ToolCall, tools: ToolBox) -> str:
    """One line with secrets masked; '' where nobody knows what the secrets are in."""
    arguments = parsed(call)
    return "" if arguments is None else line(visible(tools.summarise(call, arguments)), ARGS_SUMMARY_CHARS)


def shown(call: ToolCall) -> dict[str, str]:
    """The real arguments by name, each as text: a string as it is, anything else as JSON.

    What is too much to read is cut, and says how much is missing. What cannot be seen is named: nothing is
    allowed that only the tool reads.
    """
    arguments = parsed(call) or {}
    left = SHOWN_CHARS
    values = {}
    for name, value in list(arguments.items())[:SHOWN_ARGUMENTS]:
        text = storable(value if isinstance(value, str) else _as_json(value))
        values[line(visible(storable(name)))] = visible(_cut(text, left))
        left = max(0, left - len(text))
    if more := len(arguments) - SHOWN_ARGUMENTS:
        values |= {"…": f"+ {more}"} if more > 0 else {}
    return values


def _as_json(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return "…"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most]}… (+ {len(text) - most:,})"


def line(text: str, most: int = NAME_CHARS) -> str:
    """One line of at most `most` characters."""
    words = " ".join(text.split())
    return words if len(words) <= most else words[: most - 1] + "…"
