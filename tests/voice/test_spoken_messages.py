"""``POST /api/sessions/{id}/voice`` and ``/api/conversations/{id}/voice``: programs that speak."""

import asyncio
import json

import pytest
from asgiref.sync import async_to_sync

from accounts.services.api_keys import make_key
from agents.fallbacks import fallback_for
from chat.models import Message
from chat.services.participants import participant_of_user
from chat.services.rooms import open_room
from tests.house import forget_jobs, open_house
from tests.voice.aloud.engine import Engine
from tests.voice.conftest import kept
from tests.voice.speaking import Voice, form, spoken
from voice import readings
from voice.api.schemas import SpokenExchange

pytestmark = pytest.mark.django_db(transaction=True)

BAD = form(audio=b"#EXTM3U")


def program(site, user, *scopes: str) -> Voice:
    return Voice(site, key=make_key(user=user, name="Ear", scopes=list(scopes or ("read", "write")))[1])


@pytest.fixture
def her(site, alice) -> Voice:
    return program(site, alice)


@pytest.fixture
def place(conversation) -> str:
    return f"/api/sessions/{conversation.pk}/voice"


@pytest.fixture
def room(alice, bob, agent):
    return open_room(actor=alice, title="Whales", participants=[participant_of_user(bob)])


@pytest.fixture
def engine(monkeypatch) -> Engine:
    """Reads aloud in the place of the engine, which has tests of its own."""
    scripted = Engine()
    monkeypatch.setattr(readings, "speaker", lambda: scripted)
    return scripted


def answered(her: Voice, place: str, *, times: int = 1, **headers: str) -> list[dict]:
    async def asked():
        await forget_jobs()
        async with asyncio.timeout(30), open_house():
            return await asyncio.gather(*(her.sending(place, spoken(), **headers) for _ in range(times)))

    answers = async_to_sync(asked)()
    assert {answer.status for answer in answers} == {200}
    return [json.loads(answer.body) for answer in answers]


def test_a_program_hears_what_was_understood_and_what_was_answered(her, alices, place, transcriber, engine):
    (told,) = answered(her, place)
    SpokenExchange.model_validate(told)
    asked, answer = told["user_message"], told["assistant_message"]
    assert (asked["content"], asked["message_type"]) == ("When is it open?", "voice")
    assert (answer["status"], answer["message_type"], bool(answer["content"])) == ("completed", "text", True)
    assert alices.head(asked["audio_url"]).headers["Content-Type"] == "audio/webm"
    assert alices.head(answer["tts_audio_url"]).headers["Content-Type"] == "audio/mpeg"
    assert (told["notice"], bool(engine.said)) == (None, True)


def test_an_answer_that_nobody_can_read_aloud_stands_as_text(her, place, transcriber, engine):
    engine.fail_at_once()
    (told,) = answered(her, place)
    assert told["notice"] == fallback_for("tts_failed")
    answer = told["assistant_message"]
    assert (answer["status"], answer["tts_audio_url"], bool(answer["content"])) == ("completed", None, True)


def test_the_same_key_at_once_and_again_is_one_message(her, place, transcriber, engine):
    told = answered(her, place, times=3, idempotency_key="a-send") + answered(
        her, place, idempotency_key="a-send"
    )
    assert {one["user_message"]["id"] for one in told} == {told[0]["user_message"]["id"]}
    assert Message.objects.filter(role="user").count() == 1
    assert len(kept()) == len({"what was said", "what was answered"})
    other = her.send(place, form(audio=b"RIFF something else"), idempotency_key="a-send")
    assert other.status == 409


def test_in_a_room_it_is_said_to_everybody_and_nobody_need_answer(her, room, transcriber):
    place = f"/api/conversations/{room.pk}/voice"
    first = her.send(place, spoken(), idempotency_key="one")
    again = her.send(place, spoken(), idempotency_key="one")
    told = json.loads(first.body)
    assert (first.status, again.status, json.loads(again.body)["id"]) == (201, 200, told["id"])
    assert (told["message_type"], told["answer_id"]) == ("Text", None)
    assert told["audio_url"].startswith("/api/audio/")
    refused = her.say(f"/api/sessions/{room.pk}/voice")
    assert (refused.status, json.loads(refused.body)["error"]) == (409, "conflict")


def test_a_form_that_cannot_be_read_is_refused_as_one_without_a_recording(her, place, transcriber, caplog):
    forms = {
        "no boundary": her.send(place, spoken(), content_type="multipart/form-data"),
        "an odd boundary": her.send(
            place, spoken(), content_type="multipart/form-data; boundary=" + "é" * 80
        ),
        "too many fields": her.send(place, form(**{f"field{number}": "x" for number in range(1_100)})),
        "too many files": her.send(place, form(**{f"file{number}": b"x" for number in range(110)})),
    }
    told = {name: (answer.status, json.loads(answer.body)["error"]) for name, answer in forms.items()}
    assert told == dict.fromkeys(forms, (400, "bad_audio"))
    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize("dialect", ["sessions", "conversations"])
def test_what_goes_wrong_is_said_and_nothing_is_stored(her, conversation, transcriber, dialect, settings):
    place = f"/api/{dialect}/{conversation.pk}/voice"
    transcriber.text = ""
    unheard = her.say(place)
    assert (unheard.status, json.loads(unheard.body)["error"]) == (422, "stt_failed")
    assert json.loads(unheard.body)["fallback_message"]
    for body in (BAD, form(audio=b""), form(sound=b"RIFF"), b"", b"{}"):
        bad = her.send(place, body)
        assert (bad.status, "detail" in json.loads(bad.body)) == (400, True)
    assert her.send(place, b"{}", content_type="application/json").status == 400
    settings.MAX_AUDIO_BYTES = 100
    assert her.say(place).status == 413
    settings.VOICE = False
    assert her.say(place).status == 404
    assert (Message.objects.exists(), kept()) == (False, set())


def test_nobody_else_speaks_there(site, alice, bob, conversation, transcriber):
    for dialect in ("sessions", "conversations"):
        place = f"/api/{dialect}/{conversation.pk}/voice"
        assert program(site, bob).send(place, BAD).status == 404
        assert program(site, alice, "read").say(place).status == 403
        assert Voice(site).say(place).status == 401
        assert Voice(site, key="guess").say(place).status == 401
    assert transcriber.calls == 0
