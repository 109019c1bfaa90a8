"""Conversations, a model and tools that do nothing until they are told to, and processes that come and go."""

import asyncio
import re
from collections import Counter
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.utils import timezone

from agents import leases
from agents.engine.events import Status
from agents.eventlog import LogConflict, RunLog, read
from agents.models import Run
from agents.tools.base import CallContext, Tool, ToolProblem
from chat import dispatch
from tests.upstream import FakeUpstream, Reply
from tests.upstream.http import Connection, Request

#: What a question is known by, in what the model is asked.
KEY = re.compile(r"key-\d+")
#: Seconds in which every run under way comes to wait for model, tool or person, or to its end.
PATIENCE = 20.0


@dataclass(eq=False)
class Asked:
    """The model is asked and has not answered."""

    connection: Connection
    key: str


class Model(FakeUpstream):
    """Answers when it is told to. ``asked`` are the questions of those who still wait for the answer."""

    def __init__(self) -> None:
        super().__init__()
        self.keep_requests = False
        self._waiting: list[Asked] = []

    @property
    def asked(self) -> list[Asked]:
        self._waiting = [one for one in self._waiting if not one.connection.closed.is_set()]
        return self._waiting

    def _on_question(self, connection: Connection, request: Request) -> None:
        said = [KEY.search(one["content"]) for one in request.json["messages"] if one["role"] == "user"]
        self._waiting.append(Asked(connection, [found[0] for found in said if found][-1]))

    def answer(self, one: Asked, reply: Reply) -> None:
        self._waiting.remove(one)
        self._start(one.connection, reply)


@dataclass(eq=False)
class Call:
    """A tool is called and has not returned."""

    name: str
    chat_id: UUID
    done: asyncio.Future[bool]


class Hands:
    """`look` changes nothing, `send` does. ``sent`` counts by run and call."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.sent: Counter[tuple[UUID, str]] = Counter()

    def tools(self) -> list[Tool]:
        async def look(context: CallContext) -> str:
            """Looks."""
            return await self._use("look", context)

        async def send(context: CallContext) -> str:
            """Sends."""
            assert context.run_id is not None
            self.sent[context.run_id, context.call_id] += 1
            return await self._use("send", context)

        return [
            Tool(look, about="", timeout_s=600),
            Tool(send, about="", timeout_s=600, has_effects=True),
        ]

    @property
    def waiting(self) -> list[Call]:
        return [call for call in self.calls if not call.done.done()]

    async def _use(self, name: str, context: CallContext) -> str:
        assert context.chat_id is not None
        call = Call(name, context.chat_id, asyncio.get_running_loop().create_future())
        self.calls.append(call)
        try:
            if not await call.done:
                raise ToolProblem("It did not work.")
        finally:
            self.calls.remove(call)
        return "done"


class Processes:
    """The one that runs here, which may die, and another elsewhere, which may take a run."""

    def __init__(self, loop: asyncio.AbstractEventLoop, model: Model, hands: Hands) -> None:
        self._loop = loop
        self._model = model
        self._hands = hands
        #: The conversation of each key and of each run.
        self.chat_of: dict[str | UUID, UUID] = {}

    def do(self, what: Coroutine[Any, Any, Any]) -> None:
        """In the loop; and then until nothing more comes by itself."""
        self._loop.run_until_complete(what)
        self._loop.run_until_complete(self.until_all_wait())

    async def until_all_wait(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while not self._all_wait():
                await asyncio.sleep(0.002)

    def _all_wait(self) -> bool:
        waiting = {self.chat_of[one.key] for one in self._model.asked}
        waiting |= {call.chat_id for call in self._hands.waiting}
        house = dispatch._house
        return house is None or {self.chat_of[run_id] for run_id in house._tasks} <= waiting

    @property
    def here(self) -> bool:
        return dispatch._house is not None

    async def begin(self) -> None:
        await dispatch.start()
        assert dispatch._house is not None
        await dispatch._house.sweep()  # where others may be alive a start takes only what is silent

    async def hand_over(self) -> None:
        await dispatch.stop()

    async def die(self) -> None:
        """Everything stops where it is, and nobody says so."""
        house, dispatch._house = dispatch._house, None
        assert house is not None
        tasks = [house._ticker, *house._tasks.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await sync_to_async(self.silence)(worker=leases.WORKER)

    def silence(self, **which: Any) -> None:
        """The lease of who holds these runs is over."""
        silent = timezone.now() - leases.LEASE - timedelta(seconds=1)
        Run.objects.filter(state="running", **which).update(worker="dead", heartbeat_at=silent)

    async def take_over(self, run_id: UUID) -> None:
        """Another process thinks that ours is dead: it has the run from now on, and writes its log."""
        taken = await Run.objects.filter(pk=run_id, state="running", worker=leases.WORKER).aupdate(
            worker="another", heartbeat_at=timezone.now()
        )
        if taken:
            stored = await sync_to_async(read)(run_id)
            with suppress(LogConflict):  # ours was faster: then the other leaves it, until its lease is over
                await RunLog(run_id, stored[-1].seq).append(Status(text="Taken over"))

    async def sweep(self) -> None:
        if dispatch._house is not None:
            await dispatch._house.sweep()
