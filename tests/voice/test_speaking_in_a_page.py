"""The doors by which a page speaks: what comes of a recording, and what is said of one that is none."""

import asyncio
import json
from contextlib import ExitStack

import pytest
from asgiref.sync import async_to_sync

from agents.fallbacks import fallback_for
from chat.models import Message
from tests.voice.conftest import kept
from tests.voice.sounds import noise, packed, said, wav
from tests.voice.speaking import Voice, form, spoken
from voice import hearing
from voice.models import Recording

pytestmark = pytest.mark.django_db(transaction=True)

HTMX = {"HX-Request": "true"}


@pytest.fixture
def place(conversation) -> str:
    return f"/chat/{conversation.pk}/voice/"


@pytest.fixture
def her(site, alices) -> Voice:
    return Voice(site, alices)


def messages() -> list[tuple[str, str]]:
    return list(Message.objects.filter(role="user").values_list("kind", "content"))


def test_what_was_said_is_a_voice_message_in_the_page(her, place, transcriber):
    answer = her.send(place, spoken(client_id="one"), hx_request="true")
    assert answer.status == 202
    assert b"When is it open?" in answer.body
    assert b"hx-partial" in answer.body
    assert messages() == [("voice", "When is it open?")]
    recording = Recording.objects.get()
    assert (recording.kind, recording.message_id is not None) == ("webm", True)
    assert kept() == {recording.path}


def test_it_is_understood_in_the_language_of_the_agent(her, agent, place, transcriber):
    agent.language = "pt-BR"
    agent.save()
    assert her.say(place, client_id="one").status == 302
    assert transcriber.language == "pt-BR"


def test_a_conversation_begins_by_speaking(her, agent, transcriber):
    answer = her.say("/chat/voice/", client_id="one", agent=str(agent.pk))
    message = Message.objects.get(role="user")
    assert (answer.status, answer.headers["location"]) == (302, f"/chat/{message.conversation_id}/")
    body = spoken(client_id="one", agent=str(agent.pk))
    again = her.send("/chat/voice/", body, hx_request="true")
    assert json.loads(again.headers["hx-location"])["path"] == f"/chat/{message.conversation_id}/"
    assert (len(messages()), transcriber.calls) == (1, 1)


def test_sent_again_and_sent_twice_at_once_it_is_one_message(her, place, transcriber):
    async def three():
        return await asyncio.gather(*(her.sending(place, spoken(client_id="one")) for _ in range(3)))

    answers = async_to_sync(three)()
    answers.append(her.say(place, client_id="one"))
    assert {answer.status for answer in answers} == {302}
    assert len(messages()) == 1
    assert len(kept()) == 1
    other = her.say(place, packed("mp3"), client_id="one")
    assert (other.status, json.loads(other.body)["error"]) == (409, "conflict")


def test_what_a_killed_server_had_understood_is_said_without_listening_again(
    her, place, recorded, transcriber
):
    """Between the two it leaves a recording that nobody has sent; before, a file that nobody knows."""
    recording = recorded(packed("webm"), sent=False)
    assert her.say(place, client_id="one").status == 302
    recording.refresh_from_db()
    assert (recording.message.content, transcriber.calls) == ("When is it open?", 0)
    assert len(messages()) == len(kept()) == 1


def test_the_transcript_is_looked_over_first_where_the_settings_say_so(
    her, alices, place, transcriber, settings
):
    settings.VOICE_REVIEW = True
    told = json.loads((her.say(place, client_id="one")).body)
    assert told["transcript"] == "When is it open?"
    assert messages() == []
    assert alices.head(told["audio_url"]).status_code == 200
    url = told["url"]
    sent = alices.post(
        f"{url}send/", {"content": "When is the library open?", "client_id": "x"}, headers=HTMX
    )
    assert sent.status_code == 202
    assert messages() == [("voice", "When is the library open?")]
    assert alices.delete(url).status_code == 409
    assert (her.say(place, client_id="one")).status == 302  # the upload once more: it is said already


def test_what_was_looked_over_can_be_dropped(her, alices, bobs, place, transcriber, settings):
    settings.VOICE_REVIEW = True
    url = json.loads((her.say(place, client_id="one")).body)["url"]
    for verb in (bobs.delete, bobs.get, bobs.post):
        assert verb(url).status_code in {404, 405}
    assert bobs.post(f"{url}send/", {"content": "Mine"}, headers=HTMX).status_code == 404
    empty = alices.post(f"{url}send/", {"content": " "}, headers=HTMX)
    assert (empty.status_code, "Write something first." in empty.content.decode()) == (422, True)
    assert alices.delete(url).status_code == 204
    assert (kept(), Recording.objects.exists()) == (set(), False)


def test_a_recording_that_is_not_understood_leaves_nothing_behind(her, place, transcriber):
    transcriber.text = ""
    answer = her.say(place, client_id="one")
    assert answer.status == 422
    words = fallback_for("stt_failed")
    told = {"error": "stt_failed", "detail": words, "fallback_message": words}
    assert json.loads(answer.body) == told
    assert (kept(), messages(), Recording.objects.exists()) == (set(), [], False)
    transcriber.text = "When is it open?"
    assert (her.say(place, client_id="one")).status == 302


WRONG = {
    "empty": b"",
    "no sound": b"#EXTM3U\nhttp://127.0.0.1/secret.mp3\n",
    "a page": b"<script>alert(1)</script>",
    "silence": wav(bytes(32_000)),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_no_recording_is_refused_in_words(her, place, transcriber, wrong):
    answer = her.say(place, WRONG[wrong], client_id="one")
    told = json.loads(answer.body)
    assert (answer.status, told["error"]) == (400, "bad_audio")
    assert told["detail"]
    assert (transcriber.calls, kept(), messages()) == (0, set(), [])


def test_a_form_without_a_recording_is_refused_in_words(her, place, transcriber):
    for body in (form(client_id="one"), form(audio="words", client_id="one"), b"", b"no form"):
        answer = her.send(place, body)
        assert (answer.status, transcriber.calls) == (400, 0)
    answer = her.send(place, form(client_id="one"))
    assert "as the file “audio”" in json.loads(answer.body)["detail"]


def test_too_many_bytes_or_seconds_are_refused(her, place, transcriber, settings):
    settings.MAX_AUDIO_BYTES = len(said()) - 1
    answer = her.say(place, said(), client_id="one")
    assert (answer.status, json.loads(answer.body)["error"]) == (413, "audio_too_large")
    declared = her.send(place, form(client_id="one"), content_length=str(settings.MAX_AUDIO_BYTES + 70_000))
    assert declared.status == 413
    settings.MAX_AUDIO_BYTES, settings.MAX_AUDIO_SECONDS = 5 * 1024**2, 1
    answer = her.say(place, wav(noise(2)), client_id="one")
    assert (answer.status, json.loads(answer.body)["error"]) == (400, "bad_audio")
    assert (transcriber.calls, messages()) == (0, [])


def test_nobody_speaks_where_they_are_not(site, bobs, place, agent, transcriber):
    his = Voice(site, bobs)
    for path, fields in (
        (place, {}),
        ("/chat/voice/", {"agent": str(agent.pk)}),
        ("/chat/voice/", {"agent": "x"}),
    ):
        answer = his.say(path, client_id="one", **fields)
        assert (answer.status, json.loads(answer.body)["error"]) == (404, "not_found")
    assert (Voice(site).say(place)).status == 403  # no token: this is no page of ours
    assert (transcriber.calls, kept()) == (0, set())


@pytest.mark.parametrize("client_id", ["", "../one", "x" * 101])
def test_a_client_id_that_is_none_is_refused(her, place, transcriber, client_id):
    answer = her.say(place, client_id=client_id)
    assert (answer.status, json.loads(answer.body)["error"], transcriber.calls) == (422, "invalid", 0)


def test_one_person_is_listened_to_only_so_often_at_once(her, alice, place, transcriber):
    with ExitStack() as others:
        for _ in range(hearing.MOST_AT_ONCE):
            others.enter_context(hearing._listening.one_for(alice.pk))
        answer = her.say(place, client_id="one")
    assert (answer.status, answer.headers["retry-after"]) == (429, "2")


def test_switched_off_there_are_no_doors_but_what_was_said_is_heard(
    her, alices, place, recorded, transcriber, settings
):
    recording = recorded()
    settings.VOICE = False
    assert (her.say(place, client_id="one")).status == 404
    assert alices.post(f"/recordings/{recording.pk}/send/", headers=HTMX).status_code == 404
    assert alices.head(recording.sound.url).status_code == 200
