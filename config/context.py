"""What every page knows of the house."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from agents.providers.registry import is_configured
from config import __version__
from voice.speech.registry import hears_offline


def parley(_request: HttpRequest) -> dict[str, Any]:
    offline = not is_configured()
    label = _("Offline model") if offline else settings.OPENAI_MODEL
    return {
        "parley": {
            "version": __version__,
            "offline_model": offline,
            "model_label": label,
            "personal": settings.PERSONAL,
            "most_seconds": settings.MAX_AUDIO_SECONDS,
            "hears_offline": hears_offline(),
        }
    }
