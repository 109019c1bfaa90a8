"""A message on its way from text to sound: made once, heard by whoever wants to while it is made, then kept.

It lives on when its listeners leave, and each of them hears it from the beginning, at their own pace, from
the file that grows. What is kept is whole: of an answer that was stopped, or an engine that failed, nothing.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing, contextmanager
from uuid import UUID

from django.core.files import File
from django.db import transaction

from agents.database import act, in_database
from chat.selectors import message_in
from chat.sounds import Sound
from voice.ahead import in_order
from voice.errors import NothingToSay, Refused, SpeechFailed, SpeechStopped
from voice.growing import GrowingMp3
from voice.language import language_of
from voice.services.speech import keep
from voice.speech.base import Speaker
from voice.telling import Stopped, Telling, telling_of

logger = logging.getLogger(__name__)

#: Tasks whose end means that a listener may hear no more.
Watches = Sequence["asyncio.Task[None]"]

#: Seconds after which it is given up; an answer may wait for a person to decide, and long texts are long.
PATIENCE = 3600.0


class Reading:
    """One message being read aloud, for the people in ``wanted_by``. Who may hear it, whoever asks knows.

    Its end is either ``sound``, kept with the message, or ``refusal``, which says why there is none.
    """

    def __init__(self, conversation_id: UUID, message_id: UUID, speaker: Speaker) -> None:
        self.message_id = message_id
        self.wanted_by: set[UUID] = set()
        self.sound: Sound | None = None
        self.refusal: Refused | None = None
        self._heard_by: Counter[UUID] = Counter()
        self._conversation_id = conversation_id
        self._speaker = speaker
        self._mp3: GrowingMp3 | None = None
        self._news: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.task = asyncio.create_task(self._run(), name=f"reading of {message_id}")
        self.task.add_done_callback(self._end)

    @property
    def is_over(self) -> bool:
        return self.sound is not None or self.refusal is not None

    @property
    def is_audible(self) -> bool:
        return self._mp3 is not None and self._mp3.size > 0

    def is_for(self, person_id: UUID) -> bool:
        return person_id in self.wanted_by or person_id in self._heard_by

    def leave(self, person_id: UUID) -> None:
        """It is stopped, and nothing of it kept, once nobody wants it and nobody hears it any more.

        One person may hear it in two places, and stops it in one of them.
        """
        self.wanted_by.discard(person_id)
        self._stop_if_unwanted()

    @contextmanager
    def heard_by(self, person_id: UUID) -> Iterator[None]:
        """Meanwhile it goes on, whoever leaves it."""
        self._heard_by[person_id] += 1
        try:
            yield
        finally:
            self._heard_by[person_id] -= 1
            self._heard_by += Counter()  # without those who hear it nowhere
            self._stop_if_unwanted()

    def _stop_if_unwanted(self) -> None:
        if not self.wanted_by and not self._heard_by:
            self.task.cancel()

    async def begun(self, unless: Watches = ()) -> None:
        """Returns with the first of the sound, once it is clear that none comes, or one of these is done."""
        while not (self.is_audible or self.is_over or _any_done(unless)):
            await self._next_news(unless)

    async def kept(self) -> Sound:
        """The whole, kept with the message. Raises a refusal where there will be none."""
        while not self.is_over:
            await self._next_news()
        if self.sound is None:
            raise self.refusal or SpeechFailed()
        return self.sound

    async def listen(self, unless: Watches = ()) -> AsyncGenerator[bytes, None]:
        """The MP3 from its beginning, as it grows; cut where the answer is stopped, or one of these is done.

        Raises the refusal where it fails on the way, or the reading is stopped and not the answer.
        """
        at = 0
        while not (self._answer_is_stopped or _any_done(unless)):
            if self._mp3 is not None and at < self._mp3.size:
                piece = await asyncio.to_thread(self._mp3.read, at)
                at += len(piece)
                yield piece
            elif self.refusal is not None:
                raise self.refusal
            elif self.sound is not None:
                return
            else:
                await self._next_news(unless)

    @property
    def _answer_is_stopped(self) -> bool:
        return isinstance(self.refusal, SpeechStopped) and not self.task.cancelled()

    async def _run(self) -> Sound:
        async with asyncio.timeout(PATIENCE):
            telling = await in_database(telling_of, self._conversation_id, self.message_id)
            return telling.kept or await self._make(telling)

    async def _make(self, telling: Telling) -> Sound:
        self._mp3 = mp3 = await asyncio.to_thread(GrowingMp3)  # its library takes a while to load
        await in_order(self._sounds(telling), self._take)
        await asyncio.to_thread(mp3.finish)
        if not mp3.size:
            raise NothingToSay
        self._tell()
        return await act(self._keep, telling, mp3)

    async def _sounds(self, telling: Telling) -> AsyncGenerator[AsyncGenerator[bytes, None], None]:
        async with aclosing(telling.sentences()) as sentences:
            async for sentence in sentences:
                # By all of it so far: a short sentence alone may look like one of another language.
                language = telling.language or language_of(telling.text)
                yield self._speaker.speak(
                    sentence, voice=telling.voice, speed=telling.speed, language=language
                )

    async def _take(self, pcm: bytes) -> None:
        if pcm and self._mp3 is not None:
            await asyncio.to_thread(self._mp3.feed, pcm)
            self._tell()

    def _keep(self, telling: Telling, mp3: GrowingMp3) -> Sound:
        with transaction.atomic():
            message = message_in(self._conversation_id, self.message_id)
            if message.content != telling.text:
                raise Stopped  # it was gone on with: this is not the message read aloud any more
            mp3.file.seek(0)
            whole = File(mp3.file, name="speech.mp3")
            return keep(
                message_id=self.message_id,
                mp3=whole,
                seconds=mp3.seconds,
                peaks=mp3.peaks,
                voice=telling.voice,
            )

    def _end(self, task: "asyncio.Task[Sound]") -> None:
        if task.cancelled():
            self.refusal = SpeechStopped()
        elif (problem := task.exception()) is not None:
            self.refusal = _refusal_of(problem, self.message_id)
        else:
            self.sound = task.result()
        self._tell()

    async def _next_news(self, unless: Watches = ()) -> None:
        await asyncio.wait([self._news, *unless], return_when=asyncio.FIRST_COMPLETED)

    def _tell(self) -> None:
        news, self._news = self._news, asyncio.get_running_loop().create_future()
        news.set_result(None)


def _any_done(watches: Watches) -> bool:
    return any(watch.done() for watch in watches)


def _refusal_of(problem: BaseException, message_id: UUID) -> Refused:
    """What is told of it; anything that nobody expected is in the log as well."""
    if isinstance(problem, Refused):
        return problem
    if isinstance(problem, Stopped):
        return SpeechStopped()
    logger.error("message %s could not be read aloud", message_id, exc_info=problem)
    return SpeechFailed()
