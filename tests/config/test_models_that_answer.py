"""Whoever starts a server reads what answers, hears and speaks, and no key."""

from config.models_that_answer import engines_of_speech, model_that_answers


def test_without_a_service_it_is_said_plainly():
    assert "the offline model" in model_that_answers()
    assert engines_of_speech() == (
        "heard by pocketsphinx here, spoken by espeak-ng here (what is done here is basic: docs/voice.md)"
    )


def test_services_are_named_by_model_and_host(settings):
    settings.OPENAI_BASE_URL = "https://name:password@models.example.org/v1"
    settings.SPEECH_BASE_URL, settings.SPEECH_MODEL = "http://127.0.0.1:8880/v1", "kokoro"
    assert model_that_answers() == f"{settings.OPENAI_MODEL} at models.example.org"
    assert (
        engines_of_speech() == "heard by whisper-1 at models.example.org, spoken by kokoro at 127.0.0.1:8880"
    )


def test_the_service_of_whoever_has_a_key_is_openai(settings):
    settings.OPENAI_API_KEY, settings.TRANSCRIPTION_MODEL = "sk-secret", "offline"
    assert engines_of_speech().startswith("heard by pocketsphinx here, spoken by tts-1 at api.openai.com (")


def test_where_nobody_can_speak_nothing_is_said_of_it(settings):
    settings.VOICE = False
    assert engines_of_speech() == ""
