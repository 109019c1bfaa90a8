"""The workspace of the conversation that a tool is called for."""

from agents.tools.base import CallContext, ToolProblem
from agents.tools.files import Files


def files_of(context: CallContext) -> Files:
    """Raises ToolProblem in a test conversation, of which nothing is kept."""
    if context.files is None:
        raise ToolProblem("This is a test conversation: nothing is kept of it, so it has no files.")
    return context.files
