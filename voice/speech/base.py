"""The two interfaces of a speech vendor, and the sound that goes through them.

PCM is as ``voice.pcm`` says: at its ``HEARD_RATE`` for recognition, at its ``SPOKEN_RATE`` from a speaker.
"""

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Heard:
    """A recording that was judged: ``original`` as it came, of the ``kind`` it was found to be, and as PCM.

    ``language`` is a tag such as ``de`` or ``pt-BR``, or empty: then the engine finds out, or guesses.
    ``person_id`` says whose it is, to an engine that has them take turns.
    """

    original: bytes = field(repr=False)
    kind: str
    pcm: bytes = field(repr=False)
    language: str = ""
    person_id: UUID | None = None


class Recogniser(Protocol):
    """Writes down what was said.

    ``transcribe`` gives text without space around it, never empty, and raises NotUnderstood when there were
    no words in it or the engine failed, Unavailable when too many wait for the engine, and nothing else. It
    ends in bounded time, and its engine ends with it when it is cancelled.
    """

    @property
    def name(self) -> str: ...

    async def transcribe(self, heard: Heard) -> str: ...


class Speaker(Protocol):
    """Says a piece of text, a sentence or a few.

    ``speak`` is an async generator of PCM in whole samples, as soon as there is some; text without words
    gives none. It raises SpeechFailed and nothing else, and stops its engine as soon as it is closed or
    cancelled. ``voice`` is a name the engine may know (another is the usual voice), ``speed`` 0.25 to 4 where
    1 is usual, ``language`` as in Heard.
    """

    @property
    def name(self) -> str: ...

    def speak(self, text: str, *, voice: str, speed: float, language: str) -> AsyncGenerator[bytes, None]: ...
