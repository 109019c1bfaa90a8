"""An engine of speech that does what it is told: sound by the sentence, and a log of what it was asked."""

import asyncio
from array import array
from collections.abc import AsyncGenerator

from voice.errors import SpeechFailed
from voice.pcm import SPOKEN_RATE

#: A tenth of a second of a tone.
TENTH = array("h", ([9000] * 60 + [-9000] * 60) * (SPOKEN_RATE // 1200)).tobytes()


class Engine:
    """A Speaker. ``hold()`` lets it make nothing more; it fails at what begins with ``Fail``."""

    name = "scripted"

    def __init__(self) -> None:
        self.said: list[str] = []
        self.manners: list[tuple[str, float, str]] = []
        self.closed = 0
        self._may_go_on = asyncio.Event()
        self._may_go_on.set()
        self._fails = False

    def hold(self) -> None:
        self._may_go_on.clear()

    def go_on(self) -> None:
        self._may_go_on.set()

    def fail_at_once(self) -> None:
        self._fails = True
        self._may_go_on.set()

    async def is_asked(self) -> None:
        """Returns once it has been asked for something."""
        async with asyncio.timeout(20):
            while not self.said:
                await asyncio.sleep(0.001)

    async def speak(
        self, text: str, *, voice: str, speed: float, language: str
    ) -> AsyncGenerator[bytes, None]:
        self.said.append(text)
        self.manners.append((voice, speed, language))
        try:
            for _word in text.split():
                await self._may_go_on.wait()
                if self._fails:
                    raise SpeechFailed
                yield TENTH
            if text.startswith("Fail"):
                raise SpeechFailed
            if text.startswith("Break"):
                raise ZeroDivisionError
        finally:
            self.closed += 1
