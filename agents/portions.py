"""The log of a run as its reader takes it: a long one is never in memory whole."""

from collections.abc import AsyncGenerator
from uuid import UUID

from agents.database import in_database
from agents.engine.events import End
from agents.eventlog import StoredEvent, follow, read

#: Rows of the log in one portion.
ROWS = 20


async def stored(run_id: UUID, after: int = 0) -> AsyncGenerator[list[StoredEvent], None]:
    """What is in the log after that sequence, in portions, up to its end or to where it has come so far."""
    while events := await in_database(read, run_id, after, most_rows=ROWS):
        yield events
        after = events[-1].seq
        if events[-1].type == End.type:
            return


async def stored_and_coming(run_id: UUID, after: int = 0) -> AsyncGenerator[list[StoredEvent], None]:
    """The same, then what comes, as ``follow`` gives it."""
    async for events in stored(run_id, after):
        yield events
        after = events[-1].seq
        if events[-1].type == End.type:
            return
    async for events in follow(run_id, after):
        yield events
