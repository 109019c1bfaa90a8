"""The embedded model: no key, no network, the same answer to the same question."""

import asyncio
import re
from collections.abc import AsyncGenerator, Iterator
from typing import ClassVar

from agents.engine.deltas import Delta, FinishDelta, ReasoningDelta, TextDelta, ToolCallDelta, UsageDelta
from agents.engine.messages import ModelRequest
from agents.providers.offline_answers import Answer, answer_to
from agents.providers.offline_tools import calls_for

# An answer comes in about this many deltas, whatever its length.
DELTAS = 60
CHARS_PER_TOKEN = 4

_PIECE = re.compile(r"\s*\S+\s*?(?=\s|\Z)|\s+")


class OfflineProvider:
    """A small model of our own behind the interface of the real ones; it says of itself what it is.

    `delay_s` is the pause before each delta. `continue_from` is taken up where the same answer was cut. With
    `max_tokens` an answer longer than that ends with the reason `length`. Tools on offer are called where the
    words of the message ask for them.
    """

    name: ClassVar[str] = "offline"

    def __init__(self, *, delay_s: float = 0.015) -> None:
        self._delay_s = delay_s

    async def stream(self, request: ModelRequest) -> AsyncGenerator[Delta, None]:
        if calls := calls_for(request):
            for call in calls:
                await asyncio.sleep(self._delay_s)
                yield ToolCallDelta(call.id, call.name, call.arguments)
            yield FinishDelta("tool_calls")
            yield self._usage(request, sum(len(call.name) + len(call.arguments) for call in calls))
            return
        answer = answer_to(request)
        text = _rest(answer.text, request.continue_from)
        most = None if request.max_tokens is None else request.max_tokens * CHARS_PER_TOKEN
        for delta in _deltas(answer, text[:most], thinks=not request.continue_from):
            await asyncio.sleep(self._delay_s)
            yield delta
        yield FinishDelta("length" if most is not None and len(text) > most else "stop")
        yield self._usage(request, len(text[:most]))

    def _usage(self, request: ModelRequest, written: int) -> UsageDelta:
        prompt = sum(len(message.content) for message in request.messages)
        return UsageDelta(_tokens(prompt), _tokens(written), self.name)


def _deltas(answer: Answer, text: str, *, thinks: bool) -> Iterator[Delta]:
    if thinks:
        yield from (ReasoningDelta(piece) for piece in _pieces(answer.reasoning, DELTAS // 6))
    yield from (TextDelta(piece) for piece in _pieces(text, DELTAS))


def _pieces(text: str, number: int) -> Iterator[str]:
    words = _PIECE.findall(text)
    size = max(1, -(-len(words) // number))
    return ("".join(words[start : start + size]) for start in range(0, len(words), size))


def _rest(text: str, said: str) -> str:
    """What is left to say of an answer; all of it where something else was said before."""
    return text[len(said) :] if text.startswith(said) else text


def _tokens(chars: int) -> int:
    return -(-chars // CHARS_PER_TOKEN)
