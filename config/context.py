"""What every page knows of the house."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from config import __version__


def parley(_request: HttpRequest) -> dict[str, Any]:
    offline = not (settings.OPENAI_API_KEY or settings.OPENAI_BASE_URL)
    label = "offline" if offline else settings.OPENAI_MODEL
    return {"parley": {"version": __version__, "offline_model": offline, "model_label": label}}
