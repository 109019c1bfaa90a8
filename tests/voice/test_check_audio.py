"""``manage.py check_audio``: what does not go together any more is named, and deleted when told to."""

import os
from datetime import timedelta
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from tests.voice.conftest import kept
from voice import files
from voice.models import Recording, Speech

pytestmark = pytest.mark.django_db(transaction=True)  # files go once it is sure that their rows have

LONG_AGO = timedelta(days=2)


def check(*arguments: str) -> str:
    out = StringIO()
    call_command("check_audio", *arguments, stdout=out)
    return out.getvalue()


def left_behind(tmp_path, age=LONG_AGO) -> str:
    path = files.new_path("webm")
    files.write(path, ContentFile(b"from a server that was killed"))
    then = (timezone.now() - age).timestamp()
    os.utime(tmp_path / "audio" / path, (then, then))
    return path


def test_where_all_is_well_there_is_nothing_to_say(recorded, read_aloud):
    assert check() == ""
    read_aloud(recorded().message)
    recorded(client_id="two", sent=False)
    assert check() == check("--delete") == ""
    assert (len(kept()), Recording.objects.count(), Speech.objects.count()) == (3, 2, 1)


def test_a_file_that_no_row_knows(tmp_path, recorded):
    recording, path = recorded(), left_behind(tmp_path)
    with pytest.raises(CommandError, match="Not all sounds"):
        check()
    assert check("--delete") == f"Without a row: {path}.\n"
    assert kept() == {recording.path}


def test_a_file_that_may_still_be_on_its_way_is_left_alone(tmp_path):
    path = left_behind(tmp_path, timedelta(minutes=10))
    assert check("--delete") == ""
    assert kept() == {path}


def test_a_recording_whose_file_is_lost_stays_known(recorded):
    recording = recorded()
    files.delete(recording.path)
    with pytest.raises(CommandError):
        check("--delete")
    assert Recording.objects.get() == recording


@pytest.mark.parametrize("data", [b"", b"RIFF 01", b"RIFF 0123456789 and more"])
def test_a_recording_whose_file_has_other_bytes_is_named(recorded, tmp_path, data):
    recording = recorded()
    (tmp_path / "audio" / recording.path).write_bytes(data)
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("check_audio", "--delete", stdout=out)
    assert out.getvalue() == f"Damaged: the file {recording.path} of a recording.\n"
    assert (Recording.objects.get(), kept()) == (recording, {recording.path})


def test_a_speech_that_was_cut_can_be_made_again(recorded, read_aloud, tmp_path):
    message = recorded().message
    path = read_aloud(message).path
    (tmp_path / "audio" / path).write_bytes(b"ID3")
    assert path in check("--delete")
    assert (path in kept(), Speech.objects.exists()) == (False, False)


def test_what_nobody_has_sent_within_a_day(recorded):
    sent, unsent = recorded(), recorded(client_id="two", sent=False)
    Recording.objects.update(created_at=timezone.now() - LONG_AGO)
    assert check("--delete") == f"Never sent: {unsent.path}.\n"
    assert (kept(), Recording.objects.get()) == ({sent.path}, sent)


def test_a_speech_that_is_lost_can_be_made_again(recorded, read_aloud):
    message = recorded().message
    files.delete(read_aloud(message).path)
    assert "or lost" in check("--delete")
    message.refresh_from_db()
    assert ("speech" in message.metadata, Speech.objects.exists()) == (False, False)
    assert check() == ""


def test_a_speech_of_what_the_message_said_before(recorded, read_aloud):
    message = recorded().message
    path = read_aloud(message).path
    message.refresh_from_db()
    del message.metadata["speech"]
    message.save()
    assert path in check("--delete")
    assert (path in kept(), Speech.objects.exists()) == (False, False)
