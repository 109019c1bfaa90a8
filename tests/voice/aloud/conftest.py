"""A question of Alice's, the answer that is being written, and an engine that reads it aloud."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from agents.engine.events import Content, End, Event
from agents.eventlog import RunLog
from chat.models import Message
from chat.services.messages import Posted, post_message
from tests.voice.aloud.engine import Engine
from voice import readings


@pytest.fixture
def posted(alice, conversation) -> Posted:
    return post_message(actor=alice, conversation_id=conversation.pk, content="Why?", client_id="one")


@pytest.fixture
def written(posted) -> Callable[..., Message]:
    """``written("Text.")`` is the answer as it stands when nobody writes it any more."""

    def write(text: str, status: str = "completed", **more: Any) -> Message:
        Message.objects.filter(pk=posted.answer.pk).update(content=text, status=status, **more)
        return Message.objects.get(pk=posted.answer.pk)

    return write


@pytest.fixture
def write(posted) -> Callable[..., Awaitable[None]]:
    """``await write("One. ", end="completed")`` writes on at the answer, and ends it."""
    log, text = RunLog(posted.answer.run_id), ""

    def settle(status: str) -> None:
        changes = {"content": text, "status": status, "metadata": {"finish": "stop"}}
        Message.objects.filter(pk=posted.answer.pk).update(**changes)

    async def on(md: str = "", *events: Event, end: Any = None) -> None:
        nonlocal text
        text += md
        if md:
            await log.append(Content(md=md))
        if events:
            await log.append(*events)
        if end is not None:
            last = End(status=end, ms_total=1, tool_calls=0, answer_id=str(posted.answer.pk))
            await log.append(last, settle=lambda: settle(end))

    return on


@pytest.fixture
async def engine(monkeypatch):
    """Takes the place of the vendor; what it reads is over when the test is."""
    engine = Engine()
    monkeypatch.setattr(readings, "speaker", lambda: engine)
    yield engine
    await readings.close()


@pytest.fixture
def aloud(alice, posted, engine) -> Callable[..., readings.Reading]:
    """``aloud()`` begins to read the answer to Alice, or ``aloud(person, message)``."""

    def read(person: Any = alice, message: Any = posted.answer) -> readings.Reading:
        return readings.read_aloud(person, message.conversation_id, message.pk)

    return read


fresh = sync_to_async(Message.objects.get)
