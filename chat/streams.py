"""A run as server-sent events: what has been, then what comes, until its end; the ``follow`` of the pages.

A stream holds no page thread and no database connection while it waits.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from accounts.admissions import Admission, ended
from agents import metrics, portions
from agents.engine.events import End
from agents.engine.pump import Pump
from agents.envelopes import as_json
from agents.eventlog import StoredEvent, follow
from chat.doubts import changed_lately
from chat.errors import NotFound, TooManyStreams
from chat.places import Places

logger = logging.getLogger(__name__)

#: Seconds of silence before a comment line, which keeps proxies and readers from giving the stream up.
KEEP_ALIVE = 15.0
#: Seconds between two looks whether the reader has been refused meanwhile.
LOOK_EVERY = 1.0
#: Characters in one piece: the next waits until the reader has taken most of it (config/server.py).
PIECE = 32 * 1024
#: First, so that the headers are sent at once; and a browser comes back after a second, not after three.
OPENING = b"retry: 1000\n\n"
COMMENT = b": still here\n\n"

Watches = Sequence["asyncio.Task[None]"]


_places = Places()


def check_place(account_id: UUID) -> None:
    """Raises TooManyStreams where the account has as many streams open here as it may."""
    if _places.taken(account_id) >= settings.MAX_STREAMS:
        raise TooManyStreams


@contextmanager
def in_place(account_id: UUID) -> Iterator[None]:
    """While a stream of the account is open."""
    with metrics.streams_open.track_inprogress(), _places.one_for(account_id):
        yield


@dataclass(frozen=True)
class Reading:
    """Who reads which run from where. ``flat`` leaves out ``event:``, for clients that know only messages.

    ``person_id`` is the member of the conversation; the admission may be that of who acts for them.
    """

    run_id: UUID
    chat_id: UUID
    message_id: UUID
    person_id: UUID
    admission: Admission
    after: int = 0
    flat: bool = False
    told: Callable[[StoredEvent], str] | None = None


async def stream(reading: Reading) -> AsyncGenerator[bytes, None]:
    """The stream's bytes, up to the event ``end``, or to where the reader may read no longer."""
    try:
        with in_place(reading.admission.user_id):
            yield OPENING
            watching = watched(reading.admission, reading.chat_id, reading.person_id)
            async with watching as watches, aclosing(_portions(reading, watches)) as log:
                async for events in log:
                    for piece in _pieces(reading, events):
                        yield piece
    except Exception:
        # The border of the stream: it ends without an end, and the reader comes back where it was.
        logger.exception("the stream of run %s broke", reading.run_id)


async def _portions(reading: Reading, watches: Watches) -> AsyncGenerator[list[StoredEvent], None]:
    """The events, first those in the log; nothing at all where it is time to say that one is still here.

    A long log is read as the reader takes it: nobody who asks for it and then reads nothing fills the memory.
    """
    after, ended = reading.after, False
    async with aclosing(portions.stored(reading.run_id, after)) as log:
        async for earlier in log:
            if _is_refused(watches):
                return
            yield earlier
            after, ended = earlier[-1].seq, earlier[-1].type == End.type
    if not ended:
        async with Pump(follow(reading.run_id, after)) as pump, aclosing(coming(pump, watches)) as later:
            async for events in later:
                yield events


async def coming(pump: Pump[list[StoredEvent]], watches: Watches) -> AsyncGenerator[list[StoredEvent], None]:
    """What follows, and nothing at all after each ``KEEP_ALIVE`` of silence, while all watches wait."""
    clock = asyncio.get_running_loop().time
    quiet_until = clock() + KEEP_ALIVE
    while not pump.over and not _is_refused(watches):
        if await pump.wait(clock() + LOOK_EVERY):
            yield [one for events in pump.take() for one in events]
        elif clock() >= quiet_until:
            yield []
        else:
            continue
        quiet_until = clock() + KEEP_ALIVE
    if pump.over:
        pump.check()


def _is_refused(watches: Watches) -> bool:
    return any(watch.done() for watch in watches)


@asynccontextmanager
async def watched(
    admission: Admission, conversation_id: UUID, person_id: UUID
) -> AsyncGenerator[Watches, None]:
    """Tasks that end once the session is over, or the person is in the conversation no longer."""
    ends = (ended(admission), _left(conversation_id, person_id))
    watches = [asyncio.create_task(end) for end in ends]
    try:
        yield watches
    finally:
        for watch in watches:
            watch.cancel()
        await asyncio.gather(*watches, return_exceptions=True)


async def _left(conversation_id: UUID, person_id: UUID) -> None:
    """Returns once the person is not in the conversation, or it is gone; asked for all open pages at once."""
    with suppress(NotFound):
        async with aclosing(changed_lately(conversation_id, person_id)) as looks:
            async for _changed in looks:
                pass


def _pieces(reading: Reading, events: Sequence[StoredEvent]) -> Iterator[bytes]:
    if not events:
        yield COMMENT
    frames: list[str] = []
    length = 0
    for stored in events:
        frame = _frame(reading, stored)
        frames.append(frame)
        length += len(frame)
        if length >= PIECE:
            yield "".join(frames).encode()
            frames, length = [], 0
    if length:
        yield "".join(frames).encode()


def _frame(reading: Reading, stored: StoredEvent) -> str:
    if reading.told is not None:
        return reading.told(stored)
    data = as_json(stored, chat_id=reading.chat_id, message_id=reading.message_id)
    kind = "" if reading.flat else f"event: {stored.type}\n"
    return f"{kind}id: {stored.id}\ndata: {data}\n\n"
