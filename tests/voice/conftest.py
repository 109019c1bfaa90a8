"""A conversation of Alice's with her agent, and what she has said in it."""

from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from chat.services.conversations import start_conversation
from chat.services.messages import post_recording
from voice import files
from voice.models import Recording
from voice.services.speech import keep

PEAKS = "00ff" * 32


@pytest.fixture(autouse=True)
def _a_folder_of_its_own(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def conversation(alice, agent):
    return start_conversation(actor=alice, agent=agent)


@pytest.fixture
def recorded(alice, conversation):
    """Makes a recording of Alice's that is a message, or with ``sent=False`` one that is not yet."""

    def make(data: bytes = b"RIFF 0123456789", *, client_id: str = "one", sent: bool = True, **more: Any):
        path = files.new_path("wav")
        files.write(path, ContentFile(data))
        place = {"conversation": conversation} | more
        recording = Recording.objects.create(
            owner=alice,
            client_id=client_id,
            kind="wav",
            sha256=sha256(data).hexdigest(),
            transcript="When is it open?",
            path=path,
            seconds=1.5,
            size=len(data),
            peaks=PEAKS,
            **place,
        )
        if sent:
            posted = post_recording(
                actor=alice,
                conversation_id=conversation.pk,
                content=recording.transcript,
                client_id=client_id,
                recording=recording.sound,
            )
            recording.message = posted.message
            recording.save(update_fields=["message"])
        return recording

    return make


@pytest.fixture
def read_aloud():
    """Keeps a speech of the message."""

    def keep_it(message: Any, data: bytes = b"ID3 spoken"):
        mp3 = File(BytesIO(data))
        mp3.size = len(data)
        return keep(message_id=message.pk, mp3=mp3, seconds=2.0, peaks=PEAKS, voice="alloy")

    return keep_it


def kept() -> set[str]:
    """The paths of all sounds that have bytes."""
    return set(files.all_paths())


def bytes_of(path: str) -> bytes:
    with default_storage.open(f"audio/{path}") as file:
        return file.read()
