"""The answer of `/v1/models`."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from jiter import from_json

from agents.engine.errors import ProviderError

LARGEST_LIST = 8 * 1024 * 1024
LONGEST_NAME = 200


async def read_model_names(body: AsyncGenerator[bytes, None]) -> list[str]:
    """The model names in a response body, sorted. Raises ProviderError for anything but such a list."""
    parts, size = [], 0
    async with aclosing(body) as pieces:
        async for piece in pieces:
            parts.append(piece)
            size += len(piece)
            if size > LARGEST_LIST:
                raise ProviderError(detail="the list of models has no end")
    return sorted(_names(b"".join(parts)))


def _names(body: bytes) -> set[str]:
    try:
        listed: Any = from_json(body)
    except ValueError:
        raise ProviderError(detail="the list of models is not JSON") from None
    models = listed.get("data") if isinstance(listed, dict) else listed
    if not isinstance(models, list):
        raise ProviderError(detail="the list of models is not a list")
    names = (model.get("id") for model in models if isinstance(model, dict))
    return {name for name in names if isinstance(name, str) and 0 < len(name) <= LONGEST_NAME}
