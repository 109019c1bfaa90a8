"""Which model answers where an agent names none, in words."""

from urllib.parse import urlsplit

from django.conf import settings

from agents.providers.registry import OPENAI_URL, is_configured


def model_that_answers() -> str:
    if not is_configured():
        return "the offline model (set OPENAI_API_KEY or OPENAI_BASE_URL for another)"
    place = urlsplit(settings.OPENAI_BASE_URL or OPENAI_URL).netloc.rpartition("@")[2]
    return f"{settings.OPENAI_MODEL} at {place}"
