"""Which engines there are; the only place where speech meets the settings."""

from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings

from agents.providers.registry import OPENAI_URL
from voice.speech.base import Recogniser, Speaker
from voice.speech.offline import OfflineRecogniser, OfflineSpeaker

if TYPE_CHECKING:
    from voice.speech.openai import OpenAIRecogniser, OpenAISpeaker

#: As a model's name: no service is asked, whatever else is set.
OFFLINE = "offline"

#: Those asked so far, which keep connections.
_services: "list[OpenAIRecogniser | OpenAISpeaker]" = []


def recogniser() -> Recogniser:
    if hears_offline():
        return OfflineRecogniser()
    endpoint = _endpoint(settings.TRANSCRIPTION_BASE_URL, settings.TRANSCRIPTION_API_KEY)
    return _openai_recogniser(*endpoint, settings.TRANSCRIPTION_MODEL)


def speaker() -> Speaker:
    if speaks_offline():
        return OfflineSpeaker()
    endpoint = _endpoint(settings.SPEECH_BASE_URL, settings.SPEECH_API_KEY)
    return _openai_speaker(*endpoint, settings.SPEECH_MODEL)


def hears_offline() -> bool:
    """Whether what is said is understood here, which is basic."""
    return settings.TRANSCRIPTION_MODEL == OFFLINE or not any(
        _endpoint(settings.TRANSCRIPTION_BASE_URL, settings.TRANSCRIPTION_API_KEY)
    )


def speaks_offline() -> bool:
    """Whether answers are spoken here, which is basic."""
    return settings.SPEECH_MODEL == OFFLINE or not any(
        _endpoint(settings.SPEECH_BASE_URL, settings.SPEECH_API_KEY)
    )


async def aclose() -> None:
    """Closes the connections of the running loop, for a clean shut-down."""
    for service in _services:
        await service.aclose()


def _endpoint(base_url: str, api_key: str) -> tuple[str, str]:
    """Address and key of a service: its own, or else those of the models; both empty where there are none.

    A key goes to the host that it is for: that of the models is not told to another.
    """
    address = base_url or settings.OPENAI_BASE_URL
    same_host = _host(address) == _host(settings.OPENAI_BASE_URL)
    key = api_key or (settings.OPENAI_API_KEY if same_host else "")
    return (address or OPENAI_URL, key) if address or key else ("", "")


def _host(address: str) -> str | None:
    return urlsplit(address or OPENAI_URL).hostname


@cache
def _openai_recogniser(base_url: str, api_key: str, model: str) -> "OpenAIRecogniser":
    from voice.speech.openai import OpenAIRecogniser  # half a second and 30 MB that offline need not spend

    _services.append(made := OpenAIRecogniser(base_url=base_url, api_key=api_key, model=model))
    return made


@cache
def _openai_speaker(base_url: str, api_key: str, model: str) -> "OpenAISpeaker":
    from voice.speech.openai import OpenAISpeaker

    _services.append(made := OpenAISpeaker(base_url=base_url, api_key=api_key, model=model))
    return made
