"""What was spoken, and what is read aloud: kept with the message, told to pages and programs."""

from dataclasses import replace

import pytest
from uuid_utils.compat import uuid7

from agents.models import Run
from chat.errors import Conflict, NotFound
from chat.message_view import views_of
from chat.models import Conversation, Message
from chat.selectors import shown_messages
from chat.services.answers import continue_answer
from chat.services.messages import post_first_message, post_message, post_recording
from chat.services.speech import keep_speech
from chat.sounds import Sound

pytestmark = pytest.mark.django_db

SOUND = Sound(path="2026/11/019a0000.webm", seconds=2.5, size=9_000, peaks="00ff" * 32)
URL = "/api/audio/2026/11/019a0000.webm"


def speak(who, conversation, content="When is it open?", recording=SOUND):
    return post_recording(
        actor=who, conversation_id=conversation.pk, content=content, client_id="one", recording=recording
    )


def test_what_was_spoken_is_a_voice_message_that_is_answered(alice, conversation):
    posted = speak(alice, conversation)
    assert (posted.message.kind, posted.message.content) == ("voice", "When is it open?")
    assert (posted.answer.kind, posted.answer.status) == ("text", "pending")
    assert [(view.recording, view.speech) for view in views_of(list(shown_messages(conversation.pk)))] == [
        (SOUND, None),
        (None, None),
    ]


def test_the_same_recording_again_is_the_same_message_and_another_a_conflict(alice, conversation):
    first, again = speak(alice, conversation), speak(alice, conversation)
    assert (again.message, again.answer, again.created) == (first.message, first.answer, False)
    for recording in (replace(SOUND, path="2026/11/other.webm"), replace(SOUND, seconds=3)):
        with pytest.raises(Conflict):
            speak(alice, conversation, recording=recording)
    with pytest.raises(Conflict):
        post_message(
            actor=alice, conversation_id=conversation.pk, content="When is it open?", client_id="one"
        )
    assert Run.objects.count() == 1


def test_a_stranger_says_nothing_in_it(bob, conversation):
    with pytest.raises(NotFound):
        speak(bob, conversation)
    assert not Message.objects.exists()


def test_a_conversation_can_begin_with_what_was_spoken(alice, agent):
    said = {"actor": alice, "agent_id": agent.pk, "content": "Hello", "client_id": "one", "recording": SOUND}
    first, again = post_first_message(**said), post_first_message(**said)
    assert (first.message.kind, again.message, again.created) == ("voice", first.message, False)
    assert Conversation.objects.get().title == "Hello"


def test_programs_of_every_dialect_are_told_where_it_is_heard(alice, alices, conversation):
    message = speak(alice, conversation).message
    keep_speech(message_id=message.pk, sound=replace(SOUND, path="2026/11/spoken.mp3"))
    session = alices.get(f"/api/sessions/{conversation.pk}/messages").json()["messages"][0]
    person = alices.get(f"/api/conversations/{conversation.pk}/messages").json()["messages"][0]
    more = alices.get(f"/api/v1/chat/conversations/{conversation.pk}/messages").json()[0]["additional_data"]
    assert (session["message_type"], person["message_type"]) == ("voice", "Text")
    for told in (session, person, more):
        assert (told["audio_url"], told["tts_audio_url"]) == (URL, "/api/audio/2026/11/spoken.mp3")


def test_speech_is_kept_with_the_message_and_replaced(
    alice, conversation, django_capture_on_commit_callbacks
):
    answer = speak(alice, conversation).answer
    Message.objects.filter(pk=answer.pk).update(metadata={"finish": "stop"})
    with django_capture_on_commit_callbacks() as told:
        keep_speech(message_id=answer.pk, sound=SOUND)
    assert told
    answer.refresh_from_db()
    assert answer.metadata == {"finish": "stop", "speech": SOUND.to_data()}
    keep_speech(message_id=answer.pk, sound=None)
    answer.refresh_from_db()
    assert answer.metadata == {"finish": "stop"}


def test_the_speech_of_a_message_that_is_gone_is_refused(db):
    with pytest.raises(NotFound):
        keep_speech(message_id=uuid7(), sound=SOUND)


def test_an_answer_that_goes_on_is_not_what_was_read_aloud(alice, conversation):
    answer = speak(alice, conversation).answer
    Run.objects.update(state="cancelled")
    Message.objects.filter(pk=answer.pk).update(status="cancelled", content="It is open")
    keep_speech(message_id=answer.pk, sound=SOUND)
    continue_answer(actor=alice, conversation_id=conversation.pk, message_id=answer.pk)
    answer.refresh_from_db()
    assert "speech" not in answer.metadata
