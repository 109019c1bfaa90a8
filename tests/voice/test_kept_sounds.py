"""The bytes of a sound are there as long as its row, and its row as long as its message."""

import re

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.db import IntegrityError, transaction

from agents.services.agents import delete_agent
from chat.errors import NotFound
from chat.models import Message
from chat.services.conversations import delete_conversation
from tests.voice.conftest import PEAKS, bytes_of, kept
from voice.models import Recording, Speech
from voice.place import Place
from voice.services.speech import keep

pytestmark = pytest.mark.django_db


def test_a_speech_is_kept_with_its_message(recorded, read_aloud):
    message = recorded().message
    sound = read_aloud(message)
    assert re.fullmatch(r"20\d\d/[01]\d/[0-9a-f]{32}\.mp3", sound.path)
    assert bytes_of(sound.path) == b"ID3 spoken"
    assert (sound.seconds, sound.size, sound.peaks) == (2.0, 10, PEAKS)
    message.refresh_from_db()
    assert message.metadata["speech"] == Speech.objects.get().sound.to_data() == sound.to_data()


def test_a_second_speech_takes_the_place_of_the_first(
    recorded, read_aloud, django_capture_on_commit_callbacks
):
    message = recorded().message
    first = read_aloud(message)
    with django_capture_on_commit_callbacks(execute=True):
        second = read_aloud(message)
    assert Speech.objects.get().sound == second
    assert first.path not in kept()
    assert second.path in kept()


def test_nothing_is_kept_for_a_message_that_is_gone(recorded, read_aloud):
    recording = recorded()
    message = recording.message
    Message.objects.all().delete()
    with pytest.raises(NotFound):
        read_aloud(message)
    assert kept() == {recording.path}  # the deletion has not been committed


def test_nothing_is_kept_where_the_row_cannot_be(recorded):
    recording = recorded()
    with pytest.raises(IntegrityError), transaction.atomic():
        keep(
            message_id=recording.message.pk,
            mp3=ContentFile(b"ID3"),
            seconds=None,  # type: ignore[arg-type]
            peaks=PEAKS,
            voice="alloy",
        )
    assert kept() == {recording.path}


@pytest.mark.parametrize("what", ["message", "conversation", "agent", "person"])
def test_the_bytes_go_with(
    what, alice, agent, conversation, recorded, read_aloud, django_capture_on_commit_callbacks
):
    read_aloud(recorded().message)
    recorded(client_id="unsent", sent=False)
    recorded(client_id="of another", sent=False, place=Place(agent_id=agent.pk))
    with django_capture_on_commit_callbacks() as later:
        if what == "message":
            Message.objects.filter(role="user").delete()
        elif what == "conversation":
            delete_conversation(actor=alice, conversation_id=conversation.pk)
        elif what == "agent":
            delete_agent(actor=alice, agent_id=agent.pk)
        else:
            agent.delete()
            alice.delete()
    assert len(kept()) == 4  # until it is sure
    for callback in later:
        callback()
    unsent = {"message": 2, "conversation": 1}.get(what, 0)
    assert (len(kept()), Recording.objects.count(), Speech.objects.count()) == (unsent, unsent, 0)


def test_a_file_that_cannot_be_deleted_hinders_nobody(
    recorded, monkeypatch, caplog, django_capture_on_commit_callbacks
):
    recorded()

    def fail(*_arguments: object) -> None:
        raise PermissionError

    monkeypatch.setattr(FileSystemStorage, "delete", fail)
    with django_capture_on_commit_callbacks(execute=True):
        Message.objects.all().delete()
    assert not Recording.objects.exists()
    assert "PermissionError" in caplog.text
