"""What a model must know of its tools when a run goes on after an interruption.

The log keeps one line of each result, not the whole: enough to say what was done, and to let the model decide
whether it needs the whole again. Nothing here calls a tool.
"""

from collections.abc import Iterable
from dataclasses import replace

from agents.engine.fold import ToolRow
from agents.engine.messages import ModelRequest

HEADING = "[Note: work on this was interrupted. These tools were called before:"
ENDING = (
    "Do not make a finished call again unless you need more of its result than is shown. A call whose "
    "outcome is unknown may have taken effect: say so rather than making it again if that could do harm.]"
)
UNKNOWN = "outcome unknown"


def with_calls_recalled(request: ModelRequest, rows: Iterable[ToolRow]) -> ModelRequest:
    """The request, with a note on the calls made so far after the words of the last user message.

    A part of that message, because not every server takes two messages of the user, or a later one of the
    system. Without calls the request is unchanged.
    """
    lines = [f"- {row.name}({row.args_summary}): {_outcome(row)}" for row in rows]
    places = [index for index, message in enumerate(request.messages) if message.role == "user"]
    if not lines or not places:
        return request
    messages = list(request.messages)
    asked = messages[places[-1]]
    note = "\n".join([HEADING, *lines, ENDING])
    messages[places[-1]] = replace(asked, content=f"{asked.content}\n\n{note}")
    return replace(request, messages=tuple(messages))


def _outcome(row: ToolRow) -> str:
    if row.status == "running":
        return UNKNOWN
    return f"{'finished' if row.status == 'ok' else 'failed'}: {row.result_summary}"
