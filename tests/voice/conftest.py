"""A conversation of Alice's with her agent, and what she has said in it."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection, connections

from chat.services.conversations import start_conversation
from config.pages import Pages
from voice import files
from voice.audio import Probed
from voice.errors import NotUnderstood
from voice.models import Recording
from voice.place import Place
from voice.services.recordings import Upload, keep_recording, send_recording
from voice.services.speech import keep
from voice.speech import registry
from voice.speech.base import Heard

PEAKS = "00ff" * 32
PROBED = Probed(kind="wav", seconds=1.5, peaks=PEAKS, pcm=b"")


@pytest.fixture(autouse=True)
def _a_folder_of_its_own(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def conversation(alice, agent):
    return start_conversation(actor=alice, agent=agent)


@pytest.fixture
def recorded(alice, conversation):
    """Makes a recording of Alice's that is a message, or with ``sent=False`` one that is not yet."""

    def make(
        data: bytes = b"RIFF 0123456789",
        *,
        client_id: str = "one",
        place: Place | None = None,
        transcript: str = "When is it open?",
        sent: bool = True,
    ) -> Recording:
        place = place or Place(conversation_id=conversation.pk)
        upload = Upload(actor=alice, place=place, client_id=client_id, data=data)
        recording = keep_recording(upload, PROBED, transcript)
        if sent:
            send_recording(actor=alice, recording_id=recording.pk)
            recording.refresh_from_db()
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


@pytest.fixture
def site(monkeypatch) -> Iterator[Pages]:
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", None)  # as it is in life
    pages = Pages()
    yield pages
    for thread in pages.threads.idle:
        thread.submit(connections.close_all)
        thread.shutdown()


def kept() -> set[str]:
    """The paths of all sounds that have bytes."""
    return set(files.all_paths())


def bytes_of(path: str) -> bytes:
    with default_storage.open(f"audio/{path}") as file:
        return file.read()


class Transcriber:
    """Understands ``text`` whatever it is given, or nothing where that is empty; counts ``calls``.

    ``language`` is the one that it was told last.
    """

    name = "scripted"

    def __init__(self) -> None:
        self.text = "When is it open?"
        self.calls = 0
        self.language = ""

    async def transcribe(self, heard: Heard) -> str:
        assert heard.pcm
        self.calls += 1
        self.language = heard.language
        if not self.text:
            raise NotUnderstood
        return self.text


@pytest.fixture
def transcriber(monkeypatch) -> Transcriber:
    """In the place of the engine, which has tests of its own."""
    scripted = Transcriber()
    monkeypatch.setattr(registry, "recogniser", lambda: scripted)
    return scripted
