"""The tools of one agent, from every source there is, in a box for one run."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import replace

from agents.engine.statuses import Translate
from agents.knowledge.sources import source_for
from agents.remote_tools import RemoteTools
from agents.run_files import files_for
from agents.tools import search_knowledge
from agents.tools.base import CallContext, ToolLike
from agents.tools.box import NO_OVERRIDES, EnabledTools
from agents.tools.knowledge import Citable
from agents.tools.registry import TOOLS


async def toolbox_for(
    names: Iterable[str],
    translate: Translate = str,
    context: CallContext = CallContext(),  # noqa: B008 (a frozen value)
    policies: Mapping[str, str] = NO_OVERRIDES,
) -> EnabledTools:
    """The named tools, in that order; a name that is no tool any more, or none here, is passed over.

    An agent with documents has ``search_knowledge`` besides. ``policies`` are the agent's overrides of what
    the tools may do. Whoever gets the box closes it.
    """
    names = list(names)
    context = replace(context, files=files_for(context), knowledge=await _knowledge_of(context))
    remote = RemoteTools()
    known: dict[str, ToolLike] = {name: tool for name, tool in TOOLS.items() if tool.is_available()}
    known |= await remote.named(names, context.owner_id)
    tools = [known[name] for name in names if name in known]
    if context.knowledge is not None:
        tools.append(search_knowledge.TOOL)
    # In a thread: the first box of a process imports what schemas are made with.
    return await asyncio.to_thread(
        EnabledTools, tools, translate, context, policies=policies, closing=remote.aclose
    )


async def _knowledge_of(context: CallContext) -> Citable | None:
    source = await source_for(context.agent_id)
    return None if source is None else Citable(source, context.cited)
