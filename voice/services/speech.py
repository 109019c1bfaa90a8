"""Keeping a message that has been read aloud."""

from uuid import UUID

from django.core.files import File
from django.db import transaction

from chat.services.speech import keep_speech
from chat.sounds import Sound
from voice import files
from voice.models import Speech


def keep(*, message_id: UUID, mp3: "File[bytes]", seconds: float, peaks: str, voice: str) -> Sound:
    """Stores the whole speech of a message in place of what there was, and tells whoever shows the message.

    Whoever calls says who may. Raises NotFound where the message is gone meanwhile; then nothing is kept.
    """
    sound = Sound(path=files.new_path("mp3"), seconds=seconds, size=mp3.size, peaks=peaks)
    files.write(sound.path, mp3)
    try:
        with transaction.atomic():
            keep_speech(message_id=message_id, sound=sound)  # first: it holds the message
            Speech.objects.filter(message=message_id).delete()
            Speech.objects.create(message_id=message_id, voice=voice, **sound.to_data())
    except BaseException:
        files.delete(sound.path)
        raise
    return sound
