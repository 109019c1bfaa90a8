"""What agents do in a conversation, for a socket that takes part in it: every event, in order, none twice."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Iterator
from contextlib import aclosing, contextmanager
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from agents.courses import Course
from agents.database import in_database
from agents.engine.events import Content, End
from agents.envelopes import as_json
from agents.eventlog import StoredEvent
from agents.portions import stored, stored_and_coming
from agents.pushes import REJOIN, Listener
from chat.doubts import changed_lately
from chat.errors import NotFound
from chat.groups import conversation_group
from chat.program_frames import frame
from chat.selectors import check_member

if TYPE_CHECKING:
    from agents.models import Run

#: What a socket may speak: the events of runs, and those of people and agents in one place.
Dialect = Literal["runs", "people"]
#: Sends a frame, and returns once the client can take more.
Say = Callable[[str], Awaitable[None]]


class Attendance:
    """A run is read to its end before the next is begun: in a conversation they run one after the other."""

    def __init__(self, course: Course, user_id: UUID, say: Say, dialects: Collection[Dialect]) -> None:
        self._dialects = dialects
        self._course = course
        self._user_id = user_id
        self._say = say
        self._news = asyncio.Event()
        self._free = asyncio.Event()
        self._free.set()
        self._posts = 0
        self.task: asyncio.Task[None] | None = None

    def end(self) -> None:
        if self.task is not None:
            self.task.cancel()

    @contextmanager
    def before_what_follows(self) -> Iterator[None]:
        """No run is begun to be told of within the block: what the client asked for is acknowledged first."""
        self._posts += 1
        self._free.clear()
        try:
            yield
        finally:
            self._posts -= 1
            if not self._posts:
                self._free.set()

    async def run(self) -> None:
        """Tells for as long as the person is in the conversation. Raises NotFound when they are no longer."""
        try:
            async with asyncio.TaskGroup() as group:
                for work in (self._hear(), self._doubt(), self._tell()):
                    group.create_task(work)
        except* NotFound:
            raise NotFound from None

    async def _hear(self) -> None:
        async with Listener(conversation_group(self._course.chat_id)) as listener:
            while True:
                self._news.set()  # what was said before the joining was told to nobody here
                event = await listener.next(REJOIN)
                if event is None:
                    await listener.join()
                elif not event["ids"]:  # somebody was put out, or the conversation is gone
                    await in_database(check_member, self._user_id, self._course.chat_id)

    async def _doubt(self) -> None:
        """Finds pushes that were lost, and the end of the membership."""
        known = None
        async with aclosing(changed_lately(self._course.chat_id, self._user_id)) as looks:
            async for changed in looks:
                if changed != known:
                    self._news.set()
                known = changed

    async def _tell(self) -> None:
        async with aclosing(self._frames()) as frames:
            async for frame in frames:
                await self._say(frame)

    async def _frames(self) -> AsyncGenerator[str, None]:
        chat_id = self._course.chat_id
        while True:
            await self._free.wait()
            self._news.clear()
            found = await in_database(self._next)
            if found is None:
                await self._news.wait()
                continue
            run, after = found
            await self._free.wait()
            chunks = Chunks(run, await _chunks_before(run.pk, after) if after else 0)
            async with aclosing(stored_and_coming(run.pk, after)) as portions:
                async for events in portions:
                    for one in events:
                        if "runs" in self._dialects:
                            yield as_json(one, chat_id=chat_id, message_id=run.message_id)
                        if "people" in self._dialects and (chunk := chunks.of(one)):
                            yield chunk
            self._course.done(run.pk)

    def _next(self) -> "tuple[Run, int] | None":
        """Raises NotFound: who has been put out is told of no later run, whatever push is lost."""
        found = self._course.next()
        if found is not None:
            check_member(self._user_id, self._course.chat_id)
        return found


class Chunks:
    """The text of an answer as a stream of its message: numbered pieces, and an empty one that ends it."""

    def __init__(self, run: "Run", index: int) -> None:
        self._run = run
        self._index = index

    def of(self, event: StoredEvent) -> str:
        """The frame for an event; empty for one without text."""
        if event.type not in (Content.type, End.type):
            return ""
        index, self._index = self._index, self._index + 1
        return frame(
            "MessageStream",
            message_id=self._run.answer_id,
            conversation_id=self._run.chat_id,
            chunk=event.data.get("md", ""),
            chunk_index=index,
            is_complete=event.type == End.type,
        )


async def _chunks_before(run_id: UUID, after: int) -> int:
    """How many pieces a reader has had who comes back, so that the numbers go on."""
    count = 0
    async with aclosing(stored(run_id)) as portions:
        async for events in portions:
            count += sum(1 for one in events if one.seq <= after and one.type == Content.type)
            if events[-1].seq >= after:
                break
    return count
