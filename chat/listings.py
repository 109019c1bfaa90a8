"""A log as one JSON list, in pieces: the next is read when the reader has taken most of the last."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from uuid import UUID

from agents.envelopes import as_json
from agents.portions import stored


@dataclass(frozen=True)
class Listing:
    """What is read already, as JSON, up to the event ``after``."""

    run_id: UUID
    chat_id: UUID
    message_id: UUID
    items: Sequence[str]
    after: int


async def listed(listing: Listing) -> AsyncGenerator[bytes, None]:
    """The list's bytes: what there was, and what has come meanwhile."""
    yield f"[{','.join(listing.items)}".encode()
    async with aclosing(stored(listing.run_id, listing.after)) as portions:
        async for events in portions:
            items = (as_json(one, chat_id=listing.chat_id, message_id=listing.message_id) for one in events)
            yield "".join(f",{item}" for item in items).encode()
    yield b"]"
