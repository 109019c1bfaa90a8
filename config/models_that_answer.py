"""Which model answers where an agent names none, and what hears and speaks, in words."""

from urllib.parse import urlsplit

from django.conf import settings

from agents.providers.registry import OPENAI_URL, is_configured
from voice.speech.registry import hears_offline, speaks_offline


def model_that_answers() -> str:
    if not is_configured():
        return "the offline model (set OPENAI_API_KEY or OPENAI_BASE_URL for another)"
    return _at(settings.OPENAI_MODEL, settings.OPENAI_BASE_URL)


def engines_of_speech() -> str:
    """Empty where nobody can speak here."""
    if not settings.VOICE:
        return ""
    hears = (
        "pocketsphinx here"
        if hears_offline()
        else _at(settings.TRANSCRIPTION_MODEL, settings.TRANSCRIPTION_BASE_URL or settings.OPENAI_BASE_URL)
    )
    speaks = (
        "espeak-ng here"
        if speaks_offline()
        else _at(settings.SPEECH_MODEL, settings.SPEECH_BASE_URL or settings.OPENAI_BASE_URL)
    )
    basic = " (what is done here is basic: docs/voice.md)" if hears_offline() or speaks_offline() else ""
    return f"heard by {hears}, spoken by {speaks}{basic}"


def _at(model: str, address: str) -> str:
    return f"{model} at {urlsplit(address or OPENAI_URL).netloc.rpartition('@')[2]}"
