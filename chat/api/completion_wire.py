"""An answer as OpenAI's clients read it: whole, or as a stream of chunks."""

import json
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing
from dataclasses import dataclass, field
from time import time
from typing import TYPE_CHECKING, Any

from accounts.admissions import Admission
from agents.engine.events import Content, Rationale, Usage
from agents.engine.fold import RunFold
from agents.eventlog import StoredEvent
from chat.api.completion_errors import AnswerFailed, error_of
from chat.completing import Outcome, events_of, outcome_of
from chat.streams import COMMENT

if TYPE_CHECKING:
    from agents.models import Run

DONE = b"data: [DONE]\n\n"
FINISHES = ("stop", "length", "content_filter")


@dataclass(frozen=True)
class Completion:
    """A run under way, for one program. ``with_usage`` is for streams."""

    run: "Run"
    admission: Admission
    with_usage: bool = False
    created: int = field(default_factory=lambda: int(time()))

    async def whole(self) -> dict[str, Any]:
        """The body of the answer. Raises AnswerFailed."""
        fold = RunFold()
        async with aclosing(events_of(self.run, self.admission)) as portions:
            async for events in portions:
                for stored in events:
                    fold.apply(stored.event, stored.ts)
        outcome = await outcome_of(self.run, fold)
        if outcome.error:
            raise AnswerFailed(outcome.error)
        message = {"role": "assistant", "content": fold.text, "refusal": None}
        if fold.thinking:
            message["reasoning_content"] = fold.thinking
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": _finish(outcome)}
        return {**self._head("chat.completion"), "choices": [choice], "usage": _usage(outcome.usage)}

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        """The pieces of a stream. Raises AnswerFailed only before the first, afterwards it is told in one."""
        fold = RunFold()
        begun = False
        async with aclosing(events_of(self.run, self.admission)) as portions:
            async for events in portions:
                if not events:
                    yield COMMENT
                    begun = True
                for piece in self._pieces(events, fold):
                    yield piece
                    begun = True
        outcome = await outcome_of(self.run, fold)
        if outcome.error:
            failed = AnswerFailed(outcome.error)
            if not begun:
                raise failed
            yield _data(error_of(failed.status, failed.key, failed.text))
            return
        yield self._chunk({}, _finish(outcome))
        if self.with_usage:
            yield _data({**self._head(), "choices": [], "usage": _usage(outcome.usage)})
        yield DONE

    def _pieces(self, events: list[StoredEvent], fold: RunFold) -> Iterator[bytes]:
        for stored in events:
            event, is_first = stored.event, not (fold.text or fold.thinking)
            fold.apply(event, stored.ts)
            if isinstance(event, Content | Rationale) and is_first:
                yield self._chunk({"role": "assistant", "content": ""})
            if isinstance(event, Content):
                yield self._chunk({"content": event.md})
            elif isinstance(event, Rationale):
                yield self._chunk({"reasoning_content": event.text})

    def _head(self, kind: str = "chat.completion.chunk") -> dict[str, Any]:
        return {
            "id": f"chatcmpl-{self.run.pk.hex}",
            "object": kind,
            "created": self.created,
            "model": str(self.run.agent_id),
        }

    def _chunk(self, delta: dict[str, str], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        usage = {"usage": None} if self.with_usage else {}
        return _data({**self._head(), "choices": [choice], **usage})


def _finish(outcome: Outcome) -> str:
    return outcome.finish if outcome.finish in FINISHES else "stop"


def _usage(usage: Usage | None) -> dict[str, int]:
    prompt, completion = (usage.prompt_tokens, usage.completion_tokens) if usage else (0, 0)
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def _data(value: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(value, ensure_ascii=False, separators=(',', ':'))}\n\n".encode()
