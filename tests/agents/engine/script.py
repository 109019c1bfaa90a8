"""The test double of a provider: one script of deltas, pauses and errors for each call."""

import asyncio
from collections.abc import AsyncGenerator

from agents.engine.coalesce import coalesce
from agents.engine.deltas import Delta, FinishDelta, TextDelta
from agents.engine.events import Content, Rationale, Usage
from agents.engine.limits import Limits
from agents.engine.loop import Outcome, run
from agents.engine.messages import ChatMessage, ModelRequest
from agents.engine.steps import Kept
from agents.engine.tools import NoTools

Step = Delta | float | Exception

REQUEST = ModelRequest("m", (ChatMessage("user", "Hello"),))
QUICK = Limits(first_token_s=0.5, silence_s=0.4, total_s=20, max_turns=3, status_s=5, settle_s=0.05)


class ScriptedProvider:
    """Plays one script a call; a float is a pause in seconds."""

    name = "scripted"

    def __init__(self, *scripts: list[Step]) -> None:
        self.scripts = list(scripts)
        self.requests: list[ModelRequest] = []
        self.open = 0

    async def stream(self, request: ModelRequest) -> AsyncGenerator[Delta, None]:
        script = self.scripts[len(self.requests)]
        self.requests.append(request)
        self.open += 1
        try:
            for step in script:
                if isinstance(step, float):
                    await asyncio.sleep(step)
                elif isinstance(step, Exception):
                    raise step
                else:
                    yield step
        finally:
            self.open -= 1


def words(text, finish="stop"):
    """A script that says the text word by word."""
    steps = [TextDelta(word) for word in text.split(" ")]
    spaced = [part for step in steps for part in (step, TextDelta(" "))][:-1]
    return [*spaced, FinishDelta(finish)]


class Played:
    """All that a run gave, sorted; `kept` is what was to be stored of its calls, in that order."""

    def __init__(self, told):
        self.kept = [step for one in told if isinstance(one, Kept) for step in one.steps]
        events = [event for one in told for event in (one.events if isinstance(one, Kept) else [one])]
        assert isinstance(events[-1], Outcome)
        assert not any(isinstance(event, Outcome) for event in events[:-1])
        self.events = events[:-1]
        self.outcome = events[-1]
        self.text = "".join(event.md for event in events if isinstance(event, Content))
        self.reasoning = "".join(event.text for event in events if isinstance(event, Rationale))

    @property
    def told(self):
        """All but the counts of tokens, which come with every call."""
        return [event for event in self.events if not isinstance(event, Usage)]

    def only(self, *types):
        return [event for event in self.events if isinstance(event, types)]


async def play(provider, tools=None, limits=QUICK, request=REQUEST, **kwargs):
    return Played([event async for event in run(request, provider, tools or NoTools(), limits, **kwargs)])


async def play_coalesced(provider, limits=QUICK, request=REQUEST):
    events = run(request, provider, NoTools(), limits)
    return Played([event async for event in coalesce(events, lambda: 0.01)])
