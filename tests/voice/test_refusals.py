"""What went wrong with a voice message is told to pages and programs alike."""

import json

import pytest

from config.problems import problem_of
from voice.errors import AudioTooLarge, BadAudio, NotUnderstood, SpeechFailed

UNCLEAR = "I couldn't understand the audio clearly. Please try speaking more clearly or use text instead."
UNSPOKEN = "I couldn't generate audio for this response, but here's my text reply."


@pytest.mark.parametrize(
    ("refusal", "status", "said"),
    [
        (BadAudio("Nothing."), 400, {"error": "bad_audio", "detail": "Nothing."}),
        (AudioTooLarge("Much."), 413, {"error": "audio_too_large", "detail": "Much."}),
        (NotUnderstood(), 422, {"error": "stt_failed", "detail": UNCLEAR, "fallback_message": UNCLEAR}),
        (NotUnderstood("Why."), 422, {"error": "stt_failed", "detail": "Why.", "fallback_message": UNCLEAR}),
        (SpeechFailed(), 503, {"error": "tts_failed", "detail": UNSPOKEN, "fallback_message": UNSPOKEN}),
    ],
)
def test_a_refusal_has_a_status_a_key_and_words(refusal, status, said):
    response = problem_of(refusal)
    assert (response.status_code, json.loads(response.content)) == (status, said)
