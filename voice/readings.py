"""What is being read aloud in this process: each message once, and bounded for all and for each person.

Another process may read the same message aloud at the same time; what is kept last stays.
"""

import asyncio
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

from chat.sounds import Sound
from voice.errors import TooManyReadings
from voice.pipeline import Reading
from voice.speech.registry import speaker

if TYPE_CHECKING:
    from accounts.models import User

#: How many messages are read aloud to one person at once: one, and those whose pages were left meanwhile.
MOST_EACH = 4


class Readings:
    """Those under way on one event loop."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self._by_message: dict[UUID, Reading] = {}

    def of(self, person: "User", conversation_id: UUID, message_id: UUID) -> Reading:
        """The one that is under way, or begun now. Raises TooManyReadings."""
        reading = self._by_message.get(message_id)
        if reading is None or reading.task.done():
            self._check_room(person.pk)
            reading = Reading(conversation_id, message_id, speaker())
            self._by_message[message_id] = reading
            reading.task.add_done_callback(lambda _task: self._forget(reading))
        reading.wanted_by.add(person.pk)
        return reading

    def _check_room(self, person_id: UUID) -> None:
        theirs = sum(one.is_for(person_id) for one in self._by_message.values())
        if theirs >= MOST_EACH or len(self._by_message) >= settings.MAX_READINGS:
            raise TooManyReadings

    def _forget(self, reading: Reading) -> None:
        if self._by_message.get(reading.message_id) is reading:
            del self._by_message[reading.message_id]

    def leave(self, person_id: UUID, message_id: UUID) -> None:
        reading = self._by_message.get(message_id)
        if reading is not None:
            reading.leave(person_id)

    async def close(self) -> None:
        tasks = [reading.task for reading in self._by_message.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


_readings: Readings | None = None


def _here() -> Readings:
    global _readings
    if _readings is None or _readings.loop is not asyncio.get_running_loop():
        _readings = Readings()
    return _readings


def read_aloud(person: "User", conversation_id: UUID, message_id: UUID) -> Reading:
    """The message being read aloud, from now on also for that person. Raises TooManyReadings.

    Whoever calls has seen that they may hear it. Whether it was kept before is found out on its way.
    """
    return _here().of(person, conversation_id, message_id)


async def spoken(person: "User", conversation_id: UUID, message_id: UUID) -> Sound:
    """The message read aloud, once it is kept. Raises a refusal where it cannot be."""
    reading = read_aloud(person, conversation_id, message_id)
    with reading.heard_by(person.pk):
        return await reading.kept()


def leave(person_id: UUID, message_id: UUID) -> None:
    """That person does not want to hear it; where nobody else does, and nobody listens, it is stopped."""
    _here().leave(person_id, message_id)


async def close() -> None:
    """Stops all of it: the process ends, and asking again makes it anew."""
    if _readings is not None and _readings.loop is asyncio.get_running_loop():
        await _readings.close()
