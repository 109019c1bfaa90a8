"""Fewer, larger text events: what a log and its readers can keep up with."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from typing import TypeVar

from agents.engine.events import Content, Rationale
from agents.engine.pump import Pump
from agents.engine.steps import Kept

Other = TypeVar("Other")

# A piece of text never grows past this, so that no event, push or frame does.
MOST_CHARS = 16_384


async def coalesce(
    events: AsyncGenerator[Other, None], interval: Callable[[], float]
) -> AsyncGenerator[Other | Content | Rationale, None]:
    """The same text in fewer events, none of it later than `interval()` seconds after it came.

    The first piece of answer and of reasoning go out at once; what follows within an interval is joined. Any
    other event first sends what is held. Reasoning and answer keep their own order but not that between
    them, since some models interleave them word by word. Where the source raises, what it yielded before
    comes out first. The source goes on past a Kept value only when the taker asks for what comes after it.
    Leave it inside `contextlib.aclosing`: closing it closes the source.
    """
    clock = asyncio.get_running_loop().time
    held = _Held()
    holds_until = 0.0
    async with Pump(events, urgent=held.is_urgent, holds=_is_kept) as pump:
        while not pump.over:
            # While a window is open more text changes nothing; after it the next piece goes out at once.
            open_window = clock() < holds_until
            await pump.wait(holds_until if open_window else None, lazily=open_window)
            for event in pump.take():
                if not isinstance(event, Content | Rationale):
                    for text in held.take():
                        yield text
                    yield event
                elif held.add(event):
                    holds_until = 0.0
            if held and (now := clock()) >= holds_until:
                holds_until = now + interval()
                for text in held.take():
                    yield text
        for text in held.take():
            yield text
        pump.check()


def _is_kept(event: object) -> bool:
    return isinstance(event, Kept)


class _Held:
    """Text that waits to be sent, by kind."""

    def __init__(self) -> None:
        self._reasoning: list[str] = []
        self._answer: list[str] = []
        self._seen: set[type] = set()

    def __bool__(self) -> bool:
        return bool(self._reasoning or self._answer)

    def is_urgent(self, event: object) -> bool:
        return type(event) not in self._seen

    def add(self, event: Content | Rationale) -> bool:
        """True when it is the first of its kind."""
        if isinstance(event, Content):
            self._answer.append(event.md)
        else:
            self._reasoning.append(event.text)
        first = type(event) not in self._seen
        self._seen.add(type(event))
        return first

    def take(self) -> Iterator[Content | Rationale]:
        reasoning, self._reasoning = "".join(self._reasoning), []
        answer, self._answer = "".join(self._answer), []
        for start in range(0, len(reasoning), MOST_CHARS):
            yield Rationale(reasoning[start : start + MOST_CHARS])
        for start in range(0, len(answer), MOST_CHARS):
            yield Content(answer[start : start + MOST_CHARS])
