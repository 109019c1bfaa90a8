"""The chunks of a Chat Completions stream as deltas; the vendor's wire shape stops here."""

import json
from typing import Any

from jiter import from_json

from agents.engine.deltas import (
    Delta,
    FinishDelta,
    FinishReason,
    ProgressDelta,
    ReasoningDelta,
    TextDelta,
    UsageDelta,
)
from agents.engine.errors import ProviderError
from agents.providers.failures import failure_of_event
from agents.providers.tool_calls import ToolCallAssembler

REASONS: dict[str, FinishReason] = {
    "stop": "stop",
    "eos": "stop",
    "end_turn": "stop",
    "length": "length",
    "max_tokens": "length",
    "content_filter": "content_filter",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
}

_ALIVE = ProgressDelta()


class ChunkReader:
    """Reads one answer's payloads in order.

    - A finish reason that is null or "" is none; one we do not know still is one; a bare `[DONE]` too.
    - `finished` tells that a finish reason was seen, `ended` that `[DONE]` was.
    - Whole tool calls come out just before the finish reason, and any later ones at the end.
    - A chunk may bring reasoning, text and a finish reason at once, in that order. A refusal is text.
    - Only the first choice counts. Chunks without choices (a filter's verdict, usage) are signs of life.
    - An error event is an error at any place, even after a finish reason: what the server takes back, we do
      not call complete.
    """

    def __init__(self) -> None:
        self._tool_calls = ToolCallAssembler()
        self.finished = False
        self.ended = False

    def read(self, payload: bytes) -> list[Delta]:
        """The deltas of one data line. Raises ProviderError for an error event and for broken JSON."""
        if payload == b"[DONE]":
            return self._done()
        try:
            chunk = from_json(payload)
        except ValueError:
            chunk = _lenient(payload)
        if not isinstance(chunk, dict):
            raise ProviderError(detail="a data line is not a JSON object", retryable=True)
        if chunk.get("error") or chunk.get("object") == "error":
            raise failure_of_event(chunk)
        deltas: list[Delta] = []
        choices = chunk.get("choices")
        if isinstance(choices, list):
            for choice in choices:
                if isinstance(choice, dict) and not choice.get("index"):
                    self._read_choice(choice, deltas)
        if isinstance(usage := chunk.get("usage"), dict):
            deltas.append(_usage(usage, chunk.get("model")))
        return deltas or [_ALIVE]

    def end(self) -> list[Delta]:
        """What the end of the body completes. Raises ProviderError when nothing said that it was the end."""
        if not self.finished:
            raise ProviderError(detail="the stream was cut: no finish reason, no [DONE]", retryable=True)
        return [*self._tool_calls.take()]

    def _done(self) -> list[Delta]:
        """The last deltas. Where no finish reason came before `[DONE]`, it is one: stop."""
        reason: list[Delta] = [] if self.finished else [FinishDelta("stop")]
        self.finished = self.ended = True
        return [*self._tool_calls.take(), *reason]

    def _read_choice(self, choice: dict[str, Any], deltas: list[Delta]) -> None:
        # A server that ignores `stream` sends a message where others send deltas.
        delta = choice.get("delta") or choice.get("message")
        if isinstance(delta, dict):
            # Some send both names with the same text.
            if reasoning := _text(delta.get("reasoning_content")) or _text(delta.get("reasoning")):
                deltas.append(ReasoningDelta(reasoning))
            if text := _text(delta.get("content")):
                deltas.append(TextDelta(text))
            if refusal := _text(delta.get("refusal")):
                deltas.append(TextDelta(refusal))
            if calls := delta.get("tool_calls"):
                self._tool_calls.add(calls)
        if reason := choice.get("finish_reason"):
            self._finish(str(reason).lower(), deltas)

    def _finish(self, reason: str, deltas: list[Delta]) -> None:
        if reason == "error":
            raise ProviderError(detail="finish reason error", retryable=True)
        self.finished = True
        deltas += self._tool_calls.take()
        deltas.append(FinishDelta(REASONS.get(reason, "unknown")))


def _lenient(payload: bytes) -> Any:
    """For what is not quite JSON but readable: half surrogates, invalid UTF-8, raw control characters."""
    try:
        return json.loads(payload.decode("utf-8", "replace"), strict=False)
    except (ValueError, RecursionError):
        raise ProviderError(detail="a data line is broken JSON", retryable=True) from None


def _text(value: object) -> str:
    """Text as a string, or as a list of parts of which the text ones count."""
    if isinstance(value, str):
        return value
    if not isinstance(value, list):
        return ""
    parts = (part.get("text") for part in value if isinstance(part, dict))
    return "".join(part for part in parts if isinstance(part, str))


def _usage(usage: dict[str, Any], model: object) -> UsageDelta:
    return UsageDelta(
        prompt_tokens=_count(usage.get("prompt_tokens")),
        completion_tokens=_count(usage.get("completion_tokens")),
        model=model if isinstance(model, str) else "",
    )


def _count(value: object) -> int:
    return value if isinstance(value, int) and 0 <= value < 2**31 else 0
