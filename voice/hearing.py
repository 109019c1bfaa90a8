"""From the bytes of a recording to what was said: judged, written down, kept. Or nothing is kept of it."""

from typing import TYPE_CHECKING

from django.conf import settings

from accounts.errors import TooMany
from agents.database import act, in_database
from chat.places import Places
from voice.decoding import judged
from voice.services.recordings import Upload, keep_recording, received
from voice.speech import registry
from voice.speech.base import Heard

if TYPE_CHECKING:
    from voice.models import Recording

#: Recordings of one person that are listened to at once in this process: each is in memory meanwhile.
MOST_AT_ONCE = 4
#: Seconds after which one of them is likely to be done.
SOON = 2

_listening = Places()


async def hear(upload: Upload) -> "Recording":
    """The recording of the upload, kept but not sent; the same upload again gives the same one.

    Raises BadAudio, AudioTooLarge, NotUnderstood, TooMany and Unavailable, and what ``received`` raises.
    """
    earlier = await in_database(received, upload)
    if earlier is not None:
        return earlier
    if _listening.taken(upload.actor.pk) >= MOST_AT_ONCE:
        raise TooMany(retry_after=SOON)
    with _listening.one_for(upload.actor.pk):
        probed = await judged(
            upload.data, max_seconds=settings.MAX_AUDIO_SECONDS, max_bytes=settings.MAX_AUDIO_BYTES
        )
        agent = await in_database(upload.place.agent, upload.actor)
        heard = Heard(
            original=upload.data,
            kind=probed.kind,
            pcm=probed.pcm,
            language=agent.language if agent else "",
            person_id=upload.actor.pk,
        )
        return await act(keep_recording, upload, probed, await registry.recogniser().transcribe(heard))
