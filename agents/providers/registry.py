"""Which provider answers for a model name; the only place where providers meet the settings."""

import asyncio
import time
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings

from agents import traces
from agents.engine.errors import ProviderError
from agents.providers.base import Provider
from agents.providers.offline import OfflineProvider
from agents.providers.retry import Retrying
from agents.providers.traced import Traced

if TYPE_CHECKING:
    from agents.providers.openai import OpenAIProvider

OFFLINE = "offline"
OPENAI_URL = "https://api.openai.com/v1"

LIST_S = 4.0
LIST_KEPT_S = 60.0

_listed: dict[tuple[str, str], tuple[float, list[str]]] = {}


def is_configured() -> bool:
    """Whether there is an endpoint to ask; otherwise the offline model answers everything."""
    return bool(settings.OPENAI_API_KEY or settings.OPENAI_BASE_URL)


def provider_for(model: str) -> tuple[Provider, str]:
    """The provider, and the model name to ask it for; '' is the default, 'offline' always the offline one."""
    if model == OFFLINE or not is_configured():
        return _watched(OfflineProvider(delay_s=settings.OFFLINE_DELAY)), OFFLINE
    return _watched(_retrying(*_endpoint())), model or settings.OPENAI_MODEL


def _watched(provider: Provider) -> Provider:
    return Traced(provider) if traces.tracer else provider


async def list_models() -> list[str]:
    """The endpoint's models, sorted, at most a minute old; none without an endpoint. Raises ProviderError."""
    if not is_configured():
        return []
    endpoint = _endpoint()
    read_at, names = _listed.get(endpoint, (-LIST_KEPT_S, []))
    if time.monotonic() - read_at < LIST_KEPT_S:
        return names
    try:
        async with asyncio.timeout(LIST_S):
            names = await _openai(*endpoint).list_models()
    except TimeoutError:
        raise ProviderError("timeout", "the list of models did not come in time") from None
    _listed[endpoint] = time.monotonic(), names
    return names


def warm_up() -> None:
    """Loads what the first answer needs (about half a second of imports); call it in a thread at start."""
    if is_configured():
        _openai(*_endpoint()).warm_up()


async def aclose() -> None:
    """Closes the connections of the running loop, for a clean shut-down."""
    if is_configured():
        await _openai(*_endpoint()).aclose()


def _endpoint() -> tuple[str, str]:
    return settings.OPENAI_BASE_URL or OPENAI_URL, settings.OPENAI_API_KEY


@cache
def _openai(base_url: str, api_key: str) -> "OpenAIProvider":
    from agents.providers.openai import OpenAIProvider  # half a second and 30 MB that offline need not spend

    return OpenAIProvider(base_url=base_url, api_key=api_key)


@cache
def _retrying(base_url: str, api_key: str) -> Provider:
    return Retrying(_openai(base_url, api_key))
