"""Which engine there is, and where a key goes, is what the settings say."""

import pytest

from voice.speech.registry import hears_offline, recogniser, speaker, speaks_offline

OURS, THEIRS = "http://127.0.0.1:9000/v1", "http://models.example.org/v1"


def test_without_a_service_everything_is_done_here():
    assert (recogniser().name, speaker().name) == ("offline", "offline")
    assert hears_offline()
    assert speaks_offline()


@pytest.mark.parametrize("name", ["OPENAI_API_KEY", "OPENAI_BASE_URL"])
def test_the_service_of_the_models_speaks_too(settings, name):
    setattr(settings, name, THEIRS)
    assert (recogniser().name, speaker().name) == ("openai", "openai")
    assert not hears_offline()
    assert not speaks_offline()


def test_each_may_have_a_service_of_its_own(settings):
    settings.SPEECH_BASE_URL = OURS
    assert (recogniser().name, speaker().name) == ("offline", "openai")
    settings.SPEECH_BASE_URL, settings.TRANSCRIPTION_API_KEY = "", "sk-of-its-own"
    assert (recogniser().name, speaker().name) == ("openai", "offline")


def test_the_model_offline_asks_no_service(settings):
    settings.OPENAI_API_KEY = "sk-of-the-models"
    settings.TRANSCRIPTION_MODEL = settings.SPEECH_MODEL = "offline"
    assert (recogniser().name, speaker().name) == ("offline", "offline")


@pytest.mark.parametrize(
    ("models", "own_address", "own_key", "address", "key"),
    [
        ("", "", "", "https://api.openai.com/v1", "sk-of-the-models"),
        (THEIRS, "", "", THEIRS, "sk-of-the-models"),
        (
            THEIRS,
            "http://models.example.org:9000/v1",
            "",
            "http://models.example.org:9000/v1",
            "sk-of-the-models",
        ),
        (THEIRS, OURS, "", OURS, ""),
        ("", OURS, "", OURS, ""),
        (THEIRS, OURS, "sk-own", OURS, "sk-own"),
        (THEIRS, "", "sk-own", THEIRS, "sk-own"),
    ],
)
def test_a_key_goes_to_its_host_only(settings, models, own_address, own_key, address, key):
    settings.OPENAI_API_KEY, settings.OPENAI_BASE_URL = "sk-of-the-models", models
    settings.SPEECH_BASE_URL, settings.SPEECH_API_KEY = own_address, own_key
    endpoint = speaker()._endpoint
    assert (endpoint._base_url, endpoint._api_key) == (address, key)
