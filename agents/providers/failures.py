"""What an OpenAI-compatible server's refusals mean: HTTP statuses and error events as ProviderError."""

import logging
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from agents.engine.errors import ErrorKind, ProviderError

logger = logging.getLogger(__name__)

DETAIL_CHARS = 500

TOO_MANY_REQUESTS = 429
BAD_REQUEST = 400
SERVER_ERRORS = range(500, 600)
ERRORS = range(400, 600)

# Statuses that say our own set-up is wrong: the address, the key, the account, the model's name.
MISCONFIGURED = frozenset({300, 301, 302, 303, 307, 308, 401, 402, 403, 404, 405, 410})
REFUSED = frozenset({401, 403})
# 408 and 409 are what the openai package's own client repeats, too.
PASSING = frozenset({408, 409, 425, TOO_MANY_REQUESTS, *SERVER_ERRORS})

# How servers say that the question is longer than their model reads (OpenAI, vLLM, llama.cpp, and others that
# are compatible). It comes as 400, 413 or 422, and nothing but a shorter question helps.
UNREADABLE = frozenset({BAD_REQUEST, 413, 422})
TOO_LONG = (
    "context_length_exceeded",
    "context length",
    "context window",
    "context size",
    "prompt is too long",
    "input is too long",
    "too many tokens",
    "maximum number of tokens",
    "reduce the length",
)

# Words in `code` or `type` of an error event, which has no status, and the status they stand for.
WORDS = (
    ("rate_limit", 429),
    ("quota", 429),
    ("authentication", 401),
    ("api_key", 401),
    ("permission", 403),
    ("not_found", 404),
    ("overloaded", 503),
    ("unavailable", 503),
    ("server_error", 500),
    ("internal", 500),
)


def failure_of_status(status: int, message: str, headers: Mapping[str, str] | None = None) -> ProviderError:
    """The error of a response that is not 200. `message` is for the log; give it without keys."""
    detail = f"HTTP {status}: {message}"[:DETAIL_CHARS]
    if status in REFUSED:
        logger.critical("The model's provider refuses our key: %s", detail)
    return ProviderError(
        _kind(status, message),
        detail,
        # An empty account answers 429 as well, and no waiting fills it.
        retryable=status in PASSING and "insufficient_quota" not in message,
        retry_after=_retry_after(headers or {}),
    )


def failure_of_event(event: Mapping[str, Any]) -> ProviderError:
    """The error in a stream of status 200: `{"error": {…}}`, `{"error": "…"}` or `{"object": "error"}`."""
    error = event.get("error") or event
    if not isinstance(error, dict):
        error = {"message": error}
    words = f"{error.get('code')} {error.get('type')} {error.get('status')}".lower()
    return failure_of_status(_status(error.get("code"), words), f"{words}: {error.get('message')}")


def _kind(status: int, message: str) -> ErrorKind:
    if status == TOO_MANY_REQUESTS:
        return "rate_limit"
    if status in UNREADABLE and any(words in message.lower() for words in TOO_LONG):
        return "too_long"
    return "service_unavailable" if status in MISCONFIGURED else "default"


def _status(code: object, words: str) -> int:
    try:
        status = int(str(code))
    except ValueError:
        status = 0
    if status in ERRORS:
        return status
    return next((status for word, status in WORDS if word in words), BAD_REQUEST)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds, from `Retry-After` (seconds or a date, RFC 9110 §10.2.3) or OpenAI's `retry-after-ms`."""
    try:
        if "retry-after-ms" in headers:
            seconds = float(headers["retry-after-ms"]) / 1000
        else:
            seconds = _seconds(headers["retry-after"])
    except (KeyError, ValueError, TypeError):
        return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _seconds(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        date = parsedate_to_datetime(value)
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        return (date - datetime.now(UTC)).total_seconds()
