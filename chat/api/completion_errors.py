"""What goes wrong, in the shape and with the statuses that OpenAI's clients turn into their exceptions."""

from http import HTTPStatus
from typing import Any

from accounts.errors import Refused
from agents.fallbacks import fallback_for

#: Statuses of OpenAI's own, where ours is finer.
STATUSES = {422: 400}
TYPES = {403: "permission_error", 429: "rate_limit_error"}
CODES = {"not_signed_in": "invalid_api_key", "invalid_token": "invalid_api_key"}

#: By the key of the fallback: status and code, and whether the same call may fare better in a moment.
#: OpenAI's clients send it twice more by themselves, which would ask the model again.
FAILURES: dict[str, tuple[int, str, bool]] = {
    "rate_limit": (429, "rate_limit_exceeded", True),
    "day_budget": (429, "insufficient_quota", False),
    "month_budget": (429, "insufficient_quota", False),
    "run_limit": (429, "insufficient_quota", False),
    "too_long": (400, "context_length_exceeded", False),
    "timeout": (504, "timeout", False),
    "service_unavailable": (503, "service_unavailable", False),
    "cancelled": (503, "cancelled", False),
}
OTHERWISE = (502, "server_error", False)


class Unsupported(Refused):
    """``param`` is the field that asks for what is not done here."""

    def __init__(self, text: str, *, param: str, key: str = "unsupported_parameter") -> None:
        super().__init__(text)
        self.param = param
        self.key = key


class NoSuchModel(Refused):
    status = 404
    key = "model_not_found"
    param = "model"


class AnswerFailed(Refused):
    """There is no answer, for the reason that a fallback has this key for."""

    def __init__(self, key: str) -> None:
        super().__init__(fallback_for(key))
        self.status, self.key, self.may_retry = FAILURES.get(key, OTHERWISE)


def error_of(status: int, key: str, text: str, param: str | None = None) -> dict[str, Any]:
    """The body of an error."""
    kind = "server_error" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "invalid_request_error"
    if key == "insufficient_quota":
        kind = key
    code = CODES.get(key, key)
    return {"error": {"message": text, "type": TYPES.get(status, kind), "param": param, "code": code}}
