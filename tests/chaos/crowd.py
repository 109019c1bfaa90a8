"""People at work: they send, read along on open pages, and look afterwards whether all is as it should be."""

import asyncio
import itertools
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from uuid import uuid4

import httpx2
from websockets.exceptions import WebSocketException

from tests.chaos.installation import Installation, Person
from tests.chaos.storyteller import question, story
from tests.server.screen import Screen
from tests.server.watching import LIVE, settled, until

ACCEPTED = 202
#: Seconds within which everything is answered: a lease, a sweep, and an answer on a busy machine.
PATIENCE = 90.0


@dataclass
class Talk:
    """One conversation with one open page."""

    conversation: str
    keys: list[str]
    screen: Screen
    reader: "asyncio.Task[None] | None" = None
    seen: list[list[str]] = field(default_factory=list)


class Crowd:
    """``async with Crowd(house, 6) as crowd``: so many conversations, each begun and read along.

    ``refused`` collects the status of every send that was not taken at once.
    """

    def __init__(self, house: Installation, size: int) -> None:
        self.house = house
        self.visitor = Person(house.url)
        self.talks: list[Talk] = []
        self.refused: list[int] = []
        self._size = size

    async def __aenter__(self) -> Self:
        await self.visitor.__aenter__()
        for _ in range(self._size):
            key = uuid4().hex[:8]
            conversation = await self.visitor.start(question(key))
            talk = Talk(conversation, [key], await self.visitor.page(conversation))
            talk.reader = asyncio.create_task(self._read_along(talk))
            self.talks.append(talk)
        return self

    async def __aexit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        readers = [talk.reader for talk in self.talks if talk.reader]
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)
        await self.visitor.__aexit__()

    async def say(self, talk: Talk) -> None:
        """One more question. Where the answer is no, the person presses the button again: the same send."""
        key, client_id = uuid4().hex[:8], str(uuid4())
        async with asyncio.timeout(PATIENCE):
            while (status := await self._send(talk, key, client_id)) != ACCEPTED:
                self.refused.append(status)
                await asyncio.sleep(0.5)
        talk.keys.append(key)

    async def _send(self, talk: Talk, key: str, client_id: str) -> int:
        try:
            return (await self.visitor.send(talk.conversation, question(key), client_id)).status_code
        except httpx2.TransportError:
            return 0

    async def keep_talking(self, over: asyncio.Event, pause: float) -> None:
        """Each conversation in turn gets another question, until it is over."""
        for talk in itertools.cycle(self.talks):
            if over.is_set():
                return
            await self.say(talk)
            await asyncio.sleep(pause)

    async def until_words(self, number: int = 10) -> None:
        """Waits until every open page shows so many words of its last answer."""
        async with asyncio.timeout(PATIENCE):
            while not all(len(_last_words(talk.screen)) >= number for talk in self.talks):
                await asyncio.sleep(0.02)

    async def _read_along(self, talk: Talk) -> None:
        """As the page does: when the socket ends it comes back with the place where it was."""
        while True:
            with suppress(WebSocketException, OSError, TimeoutError):
                async with self.visitor.socket(talk.conversation, talk.screen.cursor) as socket:
                    while True:
                        talk.screen.apply(str(await socket.recv()))
            await asyncio.sleep(0.3)

    async def check(self) -> None:
        """Each question has one answer, complete and word for word, on a new page and on the open one."""
        await asyncio.gather(*(self._check(talk) for talk in self.talks))
        twice = "SELECT run_id FROM agents_runevent WHERE type = 'end' GROUP BY run_id HAVING count(*) > 1"
        assert self.house.ask(twice) == []
        assert (
            self.house.ask("SELECT state, count(*) FROM agents_run WHERE state <> 'completed' GROUP BY 1")
            == []
        )

    async def _check(self, talk: Talk) -> None:
        fresh = await until(self.visitor, talk.conversation, settled, patience=PATIENCE, pause=0.5)
        answers = fresh.answers()
        assert len(answers) == len(talk.keys)
        for answer, key in zip(answers, talk.keys, strict=True):
            assert fresh.status(answer) == "completed"
            assert await self.visitor.text(talk.conversation, answer) == story(key)
        async with asyncio.timeout(20):
            while _shown(talk.screen) != _shown(fresh):
                await asyncio.sleep(0.05)


def _shown(screen: Screen) -> list[tuple[str, str, list[str]]]:
    return [(answer, screen.status(answer), screen.words(answer)) for answer in screen.answers()]


def _last_words(screen: Screen) -> list[str]:
    answers = screen.answers()
    return screen.words(answers[-1]) if answers and screen.status(answers[-1]) in (*LIVE, "completed") else []
