"""What agents do in a conversation, for a socket that takes part in it: every event, in order, none twice."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from contextlib import aclosing, contextmanager
from uuid import UUID

from agents.courses import Course
from agents.database import in_database
from agents.envelopes import as_json
from agents.portions import stored_and_coming
from agents.pushes import REJOIN, Listener
from chat.doubts import changed_lately
from chat.errors import NotFound
from chat.groups import conversation_group

#: Sends a frame, and returns once the client can take more.
Say = Callable[[str], Awaitable[None]]


class Attendance:
    """A run is read to its end before the next is begun: in a conversation they run one after the other."""

    def __init__(self, course: Course, user_id: UUID, say: Say) -> None:
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
                if await listener.next(REJOIN) is None:
                    await listener.join()

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
            found = await in_database(self._course.next)
            if found is None:
                await self._news.wait()
                continue
            run, after = found
            await self._free.wait()
            async with aclosing(stored_and_coming(run.pk, after)) as portions:
                async for events in portions:
                    for one in events:
                        yield as_json(one, chat_id=chat_id, message_id=run.message_id)
            self._course.done(run.pk)
