"""A recording is kept, becomes a message once, or is dropped: by whom it is."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.db import IntegrityError, connections, transaction
from uuid_utils.compat import uuid7

from agents.models import Run
from chat.errors import Conflict, Invalid, NotFound
from chat.models import Conversation, Message
from chat.services.messages import Manner
from chat.services.participants import participant_of_user
from chat.services.rooms import open_room
from tests.voice.conftest import PROBED, bytes_of, kept
from voice.models import Recording
from voice.place import Place
from voice.services.recordings import Upload, drop_recording, keep_recording, received, send_recording

pytestmark = pytest.mark.django_db


@pytest.fixture
def upload(alice, conversation) -> Upload:
    return Upload(actor=alice, place=Place(conversation_id=conversation.pk), client_id="one", data=b"RIFF")


def test_what_was_understood_is_kept_until_it_is_sent(upload):
    assert received(upload) is None
    recording = keep_recording(upload, PROBED, " When is it open? ")
    assert (recording.transcript, recording.kind, recording.seconds) == ("When is it open?", "wav", 1.5)
    assert bytes_of(recording.path) == b"RIFF"
    assert received(upload) == recording
    assert not Message.objects.exists()


def test_sent_it_is_a_voice_message_and_sent_again_the_same(alice, recorded):
    recording = recorded(sent=False)
    first = send_recording(actor=alice, recording_id=recording.pk)
    again = send_recording(actor=alice, recording_id=recording.pk)
    assert (first.message.kind, first.message.content) == ("voice", "When is it open?")
    assert (first.created, again.created, again.message) == (True, False, first.message)
    assert (Message.objects.filter(role="user").count(), Run.objects.count()) == (1, 1)
    recording.refresh_from_db()
    assert recording.message == first.message


def test_it_is_sent_in_other_words_once(alice, recorded):
    recording = recorded(sent=False)
    posted = send_recording(actor=alice, recording_id=recording.pk, content="When is the library open?")
    assert posted.message.content == "When is the library open?"
    assert send_recording(actor=alice, recording_id=recording.pk).message == posted.message
    with pytest.raises(Conflict):
        send_recording(actor=alice, recording_id=recording.pk, content="Something else")


def test_a_conversation_begins_with_it_once(alice, agent, recorded):
    recording = recorded(place=Place(agent_id=agent.pk))
    assert recording.message.conversation.agent == agent
    assert send_recording(actor=alice, recording_id=recording.pk).message == recording.message
    assert Conversation.objects.count() == 2  # the other is the fixture's


def test_it_is_said_in_a_room_too(alice, bob, agent, recorded):
    room = open_room(actor=alice, title="Whales", participants=[participant_of_user(bob)])
    recording = recorded(place=Place(conversation_id=room.pk))
    assert (recording.message.conversation, recording.message.kind) == (room, "voice")
    unanswered = recorded(place=Place(conversation_id=room.pk), client_id="two", sent=False)
    with pytest.raises(Conflict):
        send_recording(actor=alice, recording_id=unanswered.pk, manner=Manner.ASKED)


def test_nobody_else_sends_or_drops_it(bob, recorded):
    recording = recorded(sent=False)
    for service in (send_recording, drop_recording):
        with pytest.raises(NotFound):
            service(actor=bob, recording_id=recording.pk)
        with pytest.raises(NotFound):
            service(actor=recording.owner, recording_id=uuid7())
    assert Recording.objects.get() == recording


def test_who_was_put_out_meanwhile_says_nothing(alice, bob, upload, conversation):
    with pytest.raises(NotFound):
        keep_recording(replace(upload, actor=bob), PROBED, "Hello")
    recording = keep_recording(upload, PROBED, "Hello")
    conversation.memberships.all().delete()
    with pytest.raises(NotFound):
        send_recording(actor=alice, recording_id=recording.pk)
    assert kept() == {recording.path}


def test_dropped_it_is_gone_and_sent_it_stays(alice, recorded, django_capture_on_commit_callbacks):
    recording = recorded(sent=False)
    with django_capture_on_commit_callbacks(execute=True):
        drop_recording(actor=alice, recording_id=recording.pk)
    assert (kept(), Recording.objects.exists()) == (set(), False)
    sent = recorded()
    with pytest.raises(Conflict):
        drop_recording(actor=alice, recording_id=sent.pk)


def test_a_client_id_is_one_recording_in_its_place(upload, agent):
    first = keep_recording(upload, PROBED, "Hello")
    with pytest.raises(Conflict):
        received(replace(upload, data=b"another"))
    with pytest.raises(Invalid):
        received(replace(upload, client_id="../one"))
    elsewhere = replace(upload, place=Place(agent_id=agent.pk))
    assert keep_recording(elsewhere, PROBED, "Hello") != first


def test_it_has_one_place(upload, agent):
    recording = keep_recording(upload, PROBED, "Hello")
    for wrong in ({"agent": agent}, {"conversation": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Recording.objects.filter(pk=recording.pk).update(**wrong)


@pytest.mark.parametrize("place", [Place(), Place(agent_id=uuid7()), Place(conversation_id=uuid7())])
def test_nowhere_is_not_found(alice, upload, place):
    with pytest.raises(NotFound):
        received(replace(upload, place=place))


def test_a_transcript_that_is_no_message_is_not_kept(upload):
    for transcript in ("", "\0", "word " * 10_000):
        with pytest.raises(Invalid):
            keep_recording(upload, PROBED, transcript)
    assert (kept(), Recording.objects.exists()) == (set(), False)


@pytest.mark.django_db(transaction=True)
def test_one_upload_that_comes_many_times_at_once_is_one_message(alice, upload):
    def say(_):
        try:
            recording = keep_recording(upload, PROBED, "Hello")
            return send_recording(actor=alice, recording_id=recording.pk).message.pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(say, range(16)))) == 1
    recording = Recording.objects.get()
    assert kept() == {recording.path}
    assert (Message.objects.filter(role="user").count(), Run.objects.count()) == (1, 1)
