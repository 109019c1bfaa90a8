"""Which model answers where an agent names none, in words."""

from urllib.parse import urlsplit

from django.conf import settings

DEFAULT_ENDPOINT = "https://api.openai.com/v1"


def is_offline() -> bool:
    """True without a key and an endpoint: then the built-in model answers."""
    return not (settings.OPENAI_API_KEY or settings.OPENAI_BASE_URL)


def model_that_answers() -> str:
    if is_offline():
        return "the offline model (set OPENAI_API_KEY or OPENAI_BASE_URL for another)"
    place = urlsplit(settings.OPENAI_BASE_URL or DEFAULT_ENDPOINT).netloc.rpartition("@")[2]
    return f"{settings.OPENAI_MODEL} at {place}"
