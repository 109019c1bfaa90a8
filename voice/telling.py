"""What is said of a message: the sentences of its text, or of the answer while it is being written."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from agents import portions
from agents.engine.events import Content, End, Error
from agents.eventlog import StoredEvent
from agents.fallbacks import fallback_for
from chat.selectors import message_in
from chat.services.answers import LIVE
from chat.sounds import Sound, speech_of
from voice import files
from voice.spoken import Speakable

#: Characters that are looked at before others of this process have their turn: less than a millisecond.
SLICE = 1000


T = TypeVar("T")


class Stopped(Exception):
    """The answer was stopped while it was read aloud, or is gone."""


@dataclass
class Telling:
    """A message as it stands: ``kept`` if it was read aloud before, ``run_id`` while it is being written.

    ``voice``, ``speed`` and ``language`` are as its agent has them, ``words`` is the language of ours that
    comes nearest, and ``text`` grows with the answer.
    """

    voice: str
    speed: float
    language: str
    text: str
    error: str = ""
    run_id: UUID | None = None
    kept: Sound | None = None
    words: str | None = None

    async def sentences(self) -> AsyncGenerator[str, None]:
        """In order, each once. Raises Stopped, at once where an answer is stopped.

        Of a text that is longer than one would listen to, the first part and that there is more: the rest is
        waited for all the same, because only a whole answer can be kept.
        """
        speakable, left = Speakable(), settings.MAX_SPEECH_CHARS
        async with aclosing(self._pieces()) as pieces:
            async for piece in pieces:
                for sentence in self._fed(speakable, piece) if left > 0 else ():
                    left -= len(sentence)
                    yield sentence
                    if left <= 0:
                        yield self._in_words(lambda: _("The rest is too long to be read aloud."))
                        break
                await asyncio.sleep(0)
        for sentence in self._in_words(speakable.finish) if left > 0 else ():
            yield sentence

    def _fed(self, speakable: Speakable, piece: str) -> list[str]:
        return self._in_words(lambda: speakable.feed(piece))

    def _in_words(self, work: Callable[[], T]) -> T:
        with translation.override(self.words):
            return work()

    async def _pieces(self) -> AsyncGenerator[str, None]:
        async with aclosing(self._markdown()) as texts:
            async for text in texts:
                for begin in range(0, len(text), SLICE):
                    yield text[begin : begin + SLICE]

    async def _markdown(self) -> AsyncGenerator[str, None]:
        if self.run_id is None:
            yield self.text
            if self.error:
                yield "\n\n" + self._in_words(lambda: fallback_for(self.error))
            return
        self.text = ""
        async with aclosing(portions.stored_and_coming(self.run_id)) as log:
            async for events in log:
                for stored in events:
                    yield self._said_by(stored)
                if events[-1].type == End.type:
                    return
        raise Stopped

    def _said_by(self, stored: StoredEvent) -> str:
        match stored.event:
            case Content(md):
                self.text += md
                return md
            case Error(_key, fallback_message):
                return f"\n\n{fallback_message}"
            case End(status="cancelled"):
                raise Stopped
        return ""


def telling_of(conversation_id: UUID, message_id: UUID) -> Telling:
    """Whoever calls says who may hear it. Raises NotFound where it is gone."""
    message = message_in(conversation_id, message_id)
    under_way = message.run_id if message.status in LIVE else None
    agent = message.sender.agent or message.conversation.agent
    # What was kept is of the text before an answer was gone on with; and a disk may have been lost.
    kept = None if under_way else speech_of(message.metadata)
    return Telling(
        voice=agent.voice if agent else "",
        speed=agent.speech_speed if agent else 1.0,
        language=agent.language if agent else "",
        text=message.content,
        error=message.error,
        run_id=under_way,
        kept=kept if kept and files.is_whole(kept.path, kept.size) else None,
        words=_words_for(agent.language if agent else ""),
    )


def _words_for(language: str) -> str | None:
    """Ours where there are any, else those of whoever asks."""
    try:
        return translation.get_supported_language_variant(language)
    except LookupError:
        return translation.get_language()
