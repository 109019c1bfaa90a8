"""Where an agent's knowledge comes from: whoever has some registers a finder, and runs ask all of them."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from uuid import UUID

from agents.tools.knowledge import KnowledgeSource

#: From an agent's id to what it knows, or None where this finder has nothing for the agent.
Find = Callable[[UUID], Awaitable[KnowledgeSource | None]]

_finders: list[Find] = []


def register(find: Find) -> None:
    """For the life of the process; called once, when an app is ready."""
    _finders.append(find)


@contextmanager
def registered(find: Find) -> Iterator[None]:
    """For the time of a test."""
    register(find)
    try:
        yield
    finally:
        _finders.remove(find)


async def source_for(agent_id: UUID | None) -> KnowledgeSource | None:
    """The first source there is for the agent; None for an agent that is not stored."""
    if agent_id is not None:
        for find in _finders:
            if (source := await find(agent_id)) is not None:
                return source
    return None
