"""A server with a model and tools that a test holds back: killed at one moment, started again, looked at."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx2

from agents.engine.events import parse_event_id
from tests.server.event_stream import log_of, question_in
from tests.server.garden import Garden
from tests.server.process import Parley
from tests.server.screen import Screen
from tests.server.stored import rows
from tests.server.visitor import Visitor
from tests.server.watching import PATIENCE, settled, until
from tests.upstream import FakeUpstream

ASSISTANT = "01990000-0000-7000-8000-000000000001"
FORM = {
    "description": "",
    "system_prompt": "You help.",
    "starters": "",
    "model": "",
    "temperature": "0.7",
    "history_messages": "20",
    "context_tokens": "8000",
    "voice": "alloy",
    "visibility": "private",
}
#: Calls that a run has left open though it came to its end by itself.
UNFINISHED = """
    SELECT name FROM agents_runstep JOIN agents_run ON agents_run.id = run_id
    WHERE agents_run.state = 'completed' AND agents_runstep.state IN ('begun', 'asked')
"""


def card(screen: Screen) -> dict[str, str]:
    """The hidden fields of the first question on the page; none without one."""
    fields = (element.attributes for element in screen.root.walk() if element.tag == "input")
    hidden: dict[str, str] = {}
    for one in fields:
        if one.get("name") in ("run", "call"):
            hidden.setdefault(one["name"], one["value"])
    return hidden if {"run", "call"} <= hidden.keys() else {}


@dataclass
class Scene:
    parley: Parley
    visitor: Visitor
    upstream: FakeUpstream
    garden: Garden
    conversation: str = ""
    asked: list[str] = field(default_factory=list)

    async def make_agent(self, name: str, *, policies: dict[str, str], path: str = "/agents/new/") -> None:
        """An agent with these tools; or the one at ``path`` as it is from now on."""
        chosen = {f"tool_policies-{tool}": policy for tool, policy in policies.items()}
        saved = await self.visitor.post(path, **FORM, name=name, tools=list(policies), **chosen)
        assert saved.status_code == httpx2.codes.FOUND, saved.text

    async def let(self, **policies: str) -> None:
        """The agent that answers may use these tools, and so."""
        await self.make_agent("Assistant", policies=policies, path=f"/agents/{ASSISTANT}/")

    async def ask(self, content: str) -> None:
        if self.conversation:
            (await self.visitor.send(self.conversation, content)).raise_for_status()
        else:
            self.conversation = await self.visitor.start(content)
        self.asked.append(await question_in(self.visitor, self.conversation))

    async def until(self, wanted: Callable[[Screen], object]) -> Screen:
        return await until(self.visitor, self.conversation, lambda screen: bool(wanted(screen)))

    async def until_words(self, words: str) -> None:
        """Until these words of the last answer are stored: a page that is loaded shows what is."""
        await self.until(lambda screen: words in " ".join(screen.words(screen.answers()[-1])))

    async def until_model_asked(self, times: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while self.upstream.calls < times:
                await asyncio.sleep(0.01)

    async def until_stored(self, kind: str, times: int = 1) -> None:
        """Until so many events of this type are in the log of the last answer."""
        async with asyncio.timeout(PATIENCE):
            while (await self.kinds()).count(kind) < times:
                await asyncio.sleep(0.02)

    async def kinds(self) -> list[str]:
        """The types of the events in the log of the last answer."""
        return [event["type"] for event in await log_of(self.visitor, self.asked[-1])]

    async def until_read(self) -> None:
        """Until the server has had the time to read what was sent to it: it answers in order of coming."""
        async with asyncio.timeout(PATIENCE):
            while self.upstream.streams:
                await asyncio.sleep(0.01)
        for _ in range(3):
            (await self.visitor.get("/manifest.webmanifest")).raise_for_status()

    async def decide(self, decision: str = "allow", **more: str) -> None:
        question = card(await self.until(card))
        path = f"/chat/{self.conversation}/decisions/"
        decided = await self.visitor.post(path, decision=decision, **question, **more)
        assert decided.status_code == httpx2.codes.NO_CONTENT, decided.text

    def kill(self) -> None:
        self.parley.kill()

    async def start_again(self) -> None:
        await asyncio.to_thread(self.parley.start)

    def results_told(self) -> list[str]:
        """What the model was told of its calls when it was asked last."""
        said = self.upstream.requests[-1].json["messages"]
        return [one["content"] for one in said if one["role"] == "tool"]

    async def ends(self, status: str = "completed") -> str:
        """The Markdown of the last answer; with it, all that holds of every run however it was cut."""
        screen = await self.until(settled)
        answers = screen.answers()
        text = await self.visitor.text(self.conversation, answers[-1])
        assert screen.status(answers[-1]) == status, text
        for question in self.asked:
            events = await log_of(self.visitor, question)
            kinds = [event["type"] for event in events]
            assert (kinds.count("start"), kinds.count("end"), kinds[-1]) == (1, 1, "end"), kinds
            numbers = [parse_event_id(event["id"]).seq for event in events]
            assert numbers == list(range(1, len(events) + 1))
        folder = self.parley.folder
        assert rows(folder, "SELECT state FROM agents_run WHERE ended_at IS NULL") == []
        assert rows(folder, UNFINISHED) == []
        return text

    async def next_message_works(self) -> None:
        """At once: nothing that was killed holds the conversation."""
        await self.ask("And now?")
        assert await self.ends() == "As ever."
