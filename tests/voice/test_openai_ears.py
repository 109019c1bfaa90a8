"""A service that understands is asked as OpenAI's clients ask it, and trusted with nothing else."""

import json

import pytest

from tests.upstream.server import CLOSE, HANG, FakeUpstream, Reply
from voice.errors import NotUnderstood
from voice.speech.base import Heard
from voice.speech.openai import OpenAIRecogniser

SECRET = "sk-of-the-tests"
JSON = {"Content-Type": "application/json"}
UNCLEAR = "I couldn't understand the audio clearly. Please try speaking more clearly or use text instead."


def heard(language: str = "") -> Heard:
    return Heard(original=b"\x1a\x45\xdf\xa3 the bytes as they came", kind="webm", pcm=b"", language=language)


def answer(body: object, status: int = 200) -> Reply:
    return Reply([json.dumps(body).encode()], status=status, headers=JSON)


@pytest.fixture
async def service():
    async with FakeUpstream() as upstream:
        yield upstream


@pytest.fixture
async def ears(service):
    recogniser = OpenAIRecogniser(base_url=service.base_url, api_key=SECRET, model="whisper-1")
    yield recogniser
    await recogniser.aclose()


async def test_the_recording_goes_there_as_it_came_and_the_words_come_back(service, ears):
    service.heard = [answer({"text": "  What is the time?\n"})]
    assert await ears.transcribe(heard("pt-BR")) == "What is the time?"
    (request,) = service.requests
    assert (request.method, request.path) == ("POST", "/v1/audio/transcriptions")
    assert request.headers["authorization"] == f"Bearer {SECRET}"
    for part in (
        b'filename="recording.webm"',
        heard().original,
        b"whisper-1",
        b'name="language"\r\n\r\npt\r\n',
    ):
        assert part in request.body


async def test_without_a_language_the_service_finds_it_out(service, ears):
    service.heard = [answer({"text": "Hallo."})]
    assert await ears.transcribe(heard()) == "Hallo."
    assert b'name="language"' not in service.requests[0].body


async def test_a_service_that_is_busy_for_a_moment_is_asked_again(service, ears):
    service.heard = [
        Reply([b"{}"], status=503, headers=JSON | {"Retry-After-Ms": "1"}),
        answer({"text": "Yes."}),
    ]
    assert await ears.transcribe(heard()) == "Yes."


@pytest.mark.parametrize(
    "reply",
    [
        answer({"text": " "}),
        answer({"text": None}),
        answer({"words": []}),
        answer([]),
        Reply([b'{"text": "cut'], headers=JSON),
        Reply([b'{"text": "cut', CLOSE], headers=JSON),
        Reply([b"<html>Sign in to the hotel</html>"], headers={"Content-Type": "text/html"}),
        answer({"error": {"message": f"Incorrect API key: {SECRET}", "code": "invalid_api_key"}}, status=401),
        Reply([], status=302, headers={"Location": "http://127.0.0.1:9/"}),
    ],
    ids=["empty", "null", "other", "list", "half", "broken", "page", "refused", "elsewhere"],
)
async def test_whatever_else_it_says_is_not_understood(service, ears, reply, caplog):
    service.heard = [reply]
    with pytest.raises(NotUnderstood) as raised:
        await ears.transcribe(heard())
    assert raised.value.text == UNCLEAR
    assert SECRET not in caplog.text


async def test_a_service_that_says_nothing_is_not_waited_for(service, ears, settings):
    settings.TRANSCRIPTION_TIMEOUT = 0.1
    service.heard = [Reply([HANG], headers=JSON)]
    with pytest.raises(NotUnderstood):
        await ears.transcribe(heard())


async def test_without_a_key_none_is_sent(service):
    service.heard = [answer({"text": "Yes."})]
    ears = OpenAIRecogniser(base_url=service.base_url, api_key="", model="whisper-1")
    assert await ears.transcribe(heard()) == "Yes."
    assert "authorization" not in service.requests[0].headers
    await ears.aclose()
