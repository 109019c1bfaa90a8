"""Speech without a service: pocketsphinx understands, espeak-ng speaks, each in a child process of its own.

Both are basic. pocketsphinx knows English, and few sentences of it for certain; espeak-ng knows more than a
hundred languages, and sounds like the machine it is.
"""

import asyncio
from collections.abc import AsyncGenerator
from typing import ClassVar, Final
from weakref import WeakKeyDictionary

from django.utils.translation import gettext as _

from children.pool import ChildFailed, Children
from voice.errors import NotUnderstood, SpeechFailed
from voice.language import language_of
from voice.pcm import HEARD_RATE, seconds_of
from voice.speech.base import Heard
from voice.speech.pieces import pieces_of
from voice.speech.turns import Turns

#: The one language there is a model for.
UNDERSTOOD: Final = "en"

#: Seconds for loading the model on a busy machine, and for each second of a recording.
HEARING_S = 30.0
HEARING_PACE = 3.0
SPEAKING_S = 20.0
#: Recordings that wait to be understood, and seconds after which some of them are.
MOST_WAITING = 20
A_WHILE = 30
#: Characters that are spoken in one go: the first sound is there when the last of them is said.
PIECE = 400

# One each: two would share the cores that the server needs. Who asks meanwhile waits.
_ears = Children("voice.child_hear", most=1)
_mouth = Children("voice.child_speak", most=1)


_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, Turns] = WeakKeyDictionary()


def _turns_here() -> Turns:
    loop = asyncio.get_running_loop()
    return _turns.setdefault(loop, Turns(most=MOST_WAITING, retry_after=A_WHILE))


class OfflineRecogniser:
    name: ClassVar[str] = "offline"

    async def transcribe(self, heard: Heard) -> str:
        if heard.language and heard.language.lower().partition("-")[0] != UNDERSTOOD:
            raise NotUnderstood(
                _("Without a speech service only English is understood. Please type your message.")
            )
        patience = HEARING_S + HEARING_PACE * seconds_of(heard.pcm, HEARD_RATE)
        async with _turns_here().turn(heard.person_id):
            try:
                understood, _rest = await _ears.ask({}, heard.pcm, seconds=patience)
            except ChildFailed:
                raise NotUnderstood from None
        if not (text := str(understood["text"]).strip()):
            raise NotUnderstood
        return text


class OfflineSpeaker:
    name: ClassVar[str] = "offline"

    async def speak(
        self, text: str, *, voice: str, speed: float, language: str
    ) -> AsyncGenerator[bytes, None]:
        wanted = {"voice": voice, "speed": speed, "language": language or language_of(text)}
        for piece in pieces_of(text, PIECE):
            try:
                _said, pcm = await _mouth.ask(wanted, piece.encode("utf-8", "replace"), seconds=SPEAKING_S)
            except ChildFailed:
                raise SpeechFailed from None
            if pcm:
                yield pcm
