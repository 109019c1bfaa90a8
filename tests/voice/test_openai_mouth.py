"""A service that speaks is heard as it speaks, in whatever form it sends its voice."""

import asyncio

import pytest

from tests.upstream.server import CLOSE, HANG, FakeUpstream, Reply
from tests.voice.sounds import packed, said, tone, wav
from voice.errors import SpeechFailed
from voice.pcm import SPOKEN_RATE, seconds_of
from voice.speech.openai import OpenAISpeaker

SECRET = "sk-of-the-tests"
PCM = tone(0.5, rate=SPOKEN_RATE)
SOUND = {"Content-Type": "audio/pcm"}
JSON = {"Content-Type": "application/json"}


@pytest.fixture
async def service():
    async with FakeUpstream() as upstream:
        yield upstream


@pytest.fixture
async def mouth(service):
    speaker = OpenAISpeaker(base_url=service.base_url, api_key=SECRET, model="tts-1")
    yield speaker
    await speaker.aclose()


async def spoken(mouth: OpenAISpeaker, text: str = "Hello.") -> bytes:
    speech = mouth.speak(text, voice="nova", speed=1.5, language="de")
    return b"".join([pcm async for pcm in speech])


async def test_the_text_goes_there_and_its_sound_comes_back(service, mouth):
    service.spoken = [Reply([PCM[:1001], PCM[1001:]], headers=SOUND)]
    assert await spoken(mouth) == PCM
    (request,) = service.requests
    assert (request.method, request.path) == ("POST", "/v1/audio/speech")
    assert request.headers["authorization"] == f"Bearer {SECRET}"
    assert request.json == {
        "input": "Hello.",
        "model": "tts-1",
        "voice": "nova",
        "speed": 1.5,
        "response_format": "pcm",
    }


async def test_the_beginning_is_heard_before_the_end_is_made(service, mouth):
    rest = asyncio.Event()
    service.spoken = [Reply([PCM[:4000], rest, PCM[4000:]], headers=SOUND)]
    speech = mouth.speak("Hello.", voice="nova", speed=1, language="")
    first = await anext(speech)
    assert PCM.startswith(first)
    rest.set()
    assert first + b"".join([pcm async for pcm in speech]) == PCM


async def test_samples_in_a_file_are_played_as_they_come(service, mouth):
    rest = asyncio.Event()
    file = wav(PCM, SPOKEN_RATE)
    service.spoken = [Reply([file[:4000], rest, file[4000:]], headers={"Content-Type": "audio/wav"})]
    speech = mouth.speak("Hello.", voice="nova", speed=1, language="")
    first = await anext(speech)
    rest.set()
    assert first + b"".join([pcm async for pcm in speech]) == PCM


@pytest.mark.parametrize("kind", ["wav", "mp3", "ogg"])
async def test_a_file_of_another_kind_is_decoded(service, mouth, kind):
    service.spoken = [Reply([packed(kind)], headers={"Content-Type": "audio/mpeg" if kind == "mp3" else ""})]
    usual = len(said()) / 2 / 22_050
    assert seconds_of(await spoken(mouth), SPOKEN_RATE) == pytest.approx(usual, abs=0.1)


async def test_where_samples_are_refused_mp3_is_asked_for_from_then_on(service, mouth):
    refusal = Reply([b'{"error": {"message": "response_format must be mp3"}}'], status=400, headers=JSON)
    service.spoken = [refusal, Reply([packed("mp3")], headers={"Content-Type": "audio/mpeg"})]
    assert await spoken(mouth)
    assert await spoken(mouth)
    assert [request.json["response_format"] for request in service.requests] == ["pcm", "mp3", "mp3"]


@pytest.mark.parametrize("text", ["", " \n"])
async def test_for_nothing_nobody_is_asked(service, mouth, text):
    assert await spoken(mouth, text) == b""
    assert service.requests == []


async def test_a_long_text_is_asked_for_in_pieces(service, mouth):
    service.spoken = [Reply([PCM], headers=SOUND)]
    assert await spoken(mouth, "word " * 1000) == PCM * 2
    assert [len(request.json["input"]) for request in service.requests] == [4094, 904]


@pytest.mark.parametrize(
    "reply",
    [
        Reply([], headers=SOUND),
        Reply([PCM[:3000], CLOSE], headers=SOUND),
        Reply([b'{"error": "no such voice"}'], headers=JSON),
        Reply([b"<html>Sign in to the hotel</html>"], headers={"Content-Type": "text/html"}),
        Reply([b"OggS and then something else"], headers={"Content-Type": "audio/ogg"}),
        Reply(
            [b'{"error": {"message": "Incorrect API key: ' + SECRET.encode() + b'"}}'],
            status=401,
            headers=JSON,
        ),
        Reply([b'{"error": {"message": "no such voice"}}'], status=400, headers=JSON),
        Reply([], status=302, headers={"Location": "http://127.0.0.1:9/"}),
    ],
    ids=["nothing", "broken", "error", "page", "garbage", "refused", "bad", "elsewhere"],
)
async def test_whatever_else_it_does_is_a_failure(service, mouth, reply, caplog):
    service.spoken = [reply]
    with pytest.raises(SpeechFailed):
        await spoken(mouth)
    assert SECRET not in caplog.text


async def test_a_service_that_falls_silent_is_not_waited_for(service, mouth, settings):
    settings.SPEECH_TIMEOUT = 0.1
    service.spoken = [Reply([PCM[:3000], HANG], headers=SOUND)]
    with pytest.raises(SpeechFailed):
        await spoken(mouth)


async def test_a_service_that_does_not_end_is_left(service, mouth, monkeypatch):
    monkeypatch.setattr("voice.speech.incoming.MOST", len(PCM))
    service.spoken = [Reply([PCM, PCM, HANG], headers=SOUND)]
    with pytest.raises(SpeechFailed):
        await spoken(mouth)


async def test_who_listens_no_more_lets_the_service_stop(service, mouth):
    service.spoken = [Reply([PCM, HANG], headers=SOUND)]
    speech = mouth.speak("Hello.", voice="nova", speed=1, language="")
    assert await anext(speech)
    await speech.aclose()
    await service.all_closed()
