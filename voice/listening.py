"""One listener of a message that is being read aloud: let in, heard to the end, or put out."""

from collections.abc import AsyncGenerator
from contextlib import ExitStack, aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase

from accounts.admissions import Admission
from accounts.errors import NotSignedIn
from chat.sounds import Sound
from chat.streams import in_place, watched
from voice.pipeline import Reading
from voice.readings import read_aloud

if TYPE_CHECKING:
    from accounts.models import User

#: No cache keeps what is not whole, and no proxy holds it back to send it in larger portions.
UNBUFFERED = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
MP3 = "audio/mpeg"


@dataclass(frozen=True)
class Listener:
    """``person`` is the member of the conversation; the admission may be that of who acts for them."""

    person: "User"
    admission: Admission
    conversation_id: UUID
    message_id: UUID

    async def answer(self) -> HttpResponseBase:
        """The sound as it is made, once there is some; or the way to where it is kept.

        Raises a refusal where none comes, and NotSignedIn where they may hear it no longer by then.
        """
        reading = read_aloud(self.person, self.conversation_id, self.message_id)
        watching = watched(self.admission, self.conversation_id, self.person.pk)
        with ExitStack() as hearing:
            hearing.enter_context(reading.heard_by(self.person.pk))
            async with watching as watches:
                await reading.begun(unless=watches)
                if any(watch.done() for watch in watches):
                    raise NotSignedIn
            if not reading.is_audible or reading.sound is not None:
                return way_to(await reading.kept())
            sound = self._heard(reading, hearing.pop_all())  # nobody stops it in between
            return StreamingHttpResponse(sound, content_type=MP3, headers=UNBUFFERED)

    async def _heard(self, reading: Reading, hearing: ExitStack) -> AsyncGenerator[bytes, None]:
        watching = watched(self.admission, self.conversation_id, self.person.pk)
        with hearing, in_place(self.admission.user_id):
            async with watching as watches, aclosing(reading.listen(unless=watches)) as sound:
                async for piece in sound:
                    yield piece


def way_to(sound: Sound) -> HttpResponseRedirect:
    """Where a kept message is heard, in parts if one likes. Not for long: it may be read aloud anew."""
    return HttpResponseRedirect(sound.url, headers={"Cache-Control": "no-store"})
