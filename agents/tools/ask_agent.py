"""Asking another agent, which answers in a run of its own within this one."""

from django.utils.translation import gettext_noop

from agents.tools.base import CallContext, Told, Tool, ToolProblem


async def ask_agent(agent: str, question: str, context: CallContext) -> Told:
    """Asks another agent and gives you its answer. It does not see this conversation, so put everything it needs into the question.

    agent: the name of the agent
    question: what it is to do, complete in itself
    """  # noqa: E501 (a description is one paragraph for the model, whatever its length)
    if context.delegate is None:
        raise ToolProblem("No other agent can be asked here.")
    if not question.strip():
        raise ToolProblem("There is no question.")
    return await context.delegate(context.call_id, agent, question)


#: Made again after an interruption it finds what was begun, so it changes nothing twice.
TOOL = Tool(ask_agent, about=gettext_noop("Asks other agents"), timeout_s=600)
