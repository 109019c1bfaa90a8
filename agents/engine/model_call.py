"""One call of the model: its deltas as events, and what it came to."""

import asyncio
from collections.abc import AsyncGenerator, Iterable, Iterator
from contextlib import aclosing
from itertools import groupby
from typing import Protocol

from agents.engine.deltas import (
    Delta,
    FinishDelta,
    FinishReason,
    ReasoningDelta,
    TextDelta,
    ToolCallDelta,
    UsageDelta,
)
from agents.engine.errors import ProviderError
from agents.engine.events import Content, Event, Rationale, Status
from agents.engine.limits import Limits
from agents.engine.messages import ModelRequest
from agents.engine.patience import Patience
from agents.engine.pump import Pump
from agents.engine.statuses import Translate, waiting
from agents.engine.text import WholeCharacters
from agents.engine.thinking import Split, ThinkSplitter


class Streams(Protocol):
    """The part of a provider that the engine needs."""

    def stream(self, request: ModelRequest) -> AsyncGenerator[Delta, None]: ...


class ModelCall:
    """Streams one answer. Once `events` is exhausted the attributes say how it ended.

    `error` is set when the call failed, and then what had arrived was still yielded; otherwise `finish` is
    the upstream's reason. `separator` goes before the first text.
    """

    def __init__(
        self, provider: Streams, request: ModelRequest, limits: Limits, *, separator: str = ""
    ) -> None:
        self._provider = provider
        self.request = request
        self._limits = limits
        self._separator = separator
        self._characters = WholeCharacters()
        self._reasoning_characters = WholeCharacters()
        self._think = ThinkSplitter()
        self._parts: list[str] = []
        self._size = 0
        self.calls: list[ToolCallDelta] = []
        self.usage: UsageDelta | None = None
        self.finish: FinishReason | None = None
        self.error: ProviderError | None = None

    @property
    def text(self) -> str:
        """The answer's text of this call, without the separator."""
        return "".join(self._parts)

    @property
    def written(self) -> int:
        """The characters the model has written so far, reasoning and the arguments of calls included."""
        return self._size + sum(len(call.name) + len(call.arguments) for call in self.calls)

    async def events(self, gives_up_at: float, translate: Translate = str) -> AsyncGenerator[Event, None]:
        """The call's content, rationale and status events. Raises only what is a bug of the provider."""
        try:
            async with Pump(self._provider.stream(self.request)) as pump:
                async with aclosing(self._follow(pump, gives_up_at, translate)) as events:
                    async for event in events:
                        yield event
                if pump.over:
                    pump.check()
            if self.finish is None:
                raise ProviderError(detail="the stream ended without a finish reason")
        except ProviderError as error:
            self.error = error
        for event in self._flush():
            yield event

    async def _follow(
        self, pump: Pump[Delta], gives_up_at: float, translate: Translate
    ) -> AsyncGenerator[Event, None]:
        clock = asyncio.get_running_loop().time
        patience = Patience(self._limits, now=clock(), gives_up_at=gives_up_at)
        while not pump.over:
            arrived = await pump.wait(patience.until)
            now = clock()
            for delta in _joined(pump.take()):
                self._note(delta, patience, now)
                for event in self._events_of(delta):
                    yield event
            if patience.is_done(clock(), silent=not arrived):
                return
            if (seconds := patience.report(clock())) is not None:
                yield Status(waiting(seconds, translate))

    def _note(self, delta: Delta, patience: Patience, now: float) -> None:
        match delta:
            case TextDelta(text) | ReasoningDelta(text):
                patience.heard(now, token=bool(text))
                self._size += len(text)
                if self._size > self._limits.max_chars:
                    raise ProviderError(detail="the answer passed all bounds")
                return
            case FinishDelta(reason):
                self.finish = reason
                patience.finished(now)
            case ToolCallDelta():
                self.calls.append(delta)
            case UsageDelta():
                self.usage = delta
        patience.heard(now, token=False)

    def _events_of(self, delta: Delta) -> Iterator[Event]:
        if isinstance(delta, TextDelta):
            yield from self._split(self._think.feed(self._characters.feed(delta.text)))
        elif isinstance(delta, ReasoningDelta) and (text := self._reasoning_characters.feed(delta.text)):
            yield Rationale(text)

    def _flush(self) -> Iterator[Event]:
        if half := self._reasoning_characters.flush():
            yield Rationale(half)
        yield from self._split(self._think.feed(self._characters.flush()))
        yield from self._split(self._think.flush())

    def _split(self, split: Split) -> Iterator[Event]:
        if split.reasoning:
            yield Rationale(split.reasoning)
        if split.text:
            separator = "" if self._parts else self._separator
            self._parts.append(split.text)
            yield Content(separator + split.text)


def _joined(deltas: Iterable[Delta]) -> Iterator[Delta]:
    """The same deltas, those of text that follow each other as one: what comes after costs by the delta."""
    for kind, group in groupby(deltas, type):
        if kind is TextDelta or kind is ReasoningDelta:
            yield kind("".join(delta.text for delta in group if isinstance(delta, kind)))
        else:
            yield from group
