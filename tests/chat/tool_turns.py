"""Turns with tools against a scripted model: said, decided on as often as they ask, and looked at."""

import asyncio
from collections.abc import Callable
from typing import Any

from asgiref.sync import sync_to_async

from agents.eventlog import read
from agents.models import Run, RunStep
from agents.services.approvals import Choice
from chat.models import Message
from chat.services.approvals import decide_call


async def through(who, answer: Message, choice: Choice) -> tuple[Message, int]:
    """The answer at its end, with each question decided so, the last first; and how many there were."""
    decided = 0
    async with asyncio.timeout(30):
        while not await Run.objects.filter(pk=answer.run_id, ended_at__isnull=False).aexists():
            decided += await sync_to_async(_decide)(who, answer, choice)
            await asyncio.sleep(0.01)
    return await Message.objects.aget(pk=answer.pk), decided


def _decide(who, answer: Message, choice: Choice) -> int:
    run = Run.objects.get(pk=answer.run_id)
    asked = RunStep.objects.filter(run=run, state="asked", decision="") if run.state == "waiting" else []
    for step in reversed(asked):
        decide_call(
            actor=who,
            conversation_id=run.chat_id,
            run_id=run.pk,
            call_id=step.call_id,
            choice=choice,
        )
    return len(asked)


@sync_to_async
def log_of(answer: Message) -> list[tuple[str, dict[str, Any]]]:
    """Type and data of each event; what must be true of every log is looked at on the way."""
    stored = read(answer.run_id)
    assert [one.seq for one in stored] == list(range(1, len(stored) + 1))
    kinds = [one.type for one in stored]
    assert (kinds[0], kinds[-1], kinds.count("end")) == ("start", "end", 1)
    return [(one.type, one.data) for one in stored]


def check_protocol(messages: list[dict[str, Any]]) -> None:
    """Each call has one result right after the answer that asked for it: some servers take nothing else."""
    seen: set[str] = set()
    for number, message in enumerate(messages):
        ids = [call["id"] for call in message.get("tool_calls") or ()]
        results = messages[number + 1 : number + 1 + len(ids)]
        assert [result.get("tool_call_id") for result in results] == ids
        assert seen.isdisjoint(ids)
        seen.update(ids)
    assert sum(message["role"] == "tool" for message in messages) == len(seen)


def results_in(messages: list[dict[str, Any]]) -> list[str]:
    """What the model was told of its calls."""
    return [message["content"] for message in messages if message["role"] == "tool"]


class Bench:
    """Tools for a test: they note what they are called with, and do what they are told to do."""

    def __init__(self) -> None:
        self.made: list[tuple[str, dict[str, Any]]] = []
        self.gives: Callable[[], Any] | None = None

    async def use(self, name: str, given: dict[str, Any]) -> Any:
        self.made.append((name, given))
        result = self.gives() if self.gives else "ok"
        return await result if asyncio.iscoroutine(result) else result
