"""What the API says where something is wrong, wherever it is noticed."""

from collections.abc import Mapping
from typing import Any

from django.http import JsonResponse

from accounts.errors import Refused
from chat.api.completion_errors import STATUSES, error_of

#: Under which all addresses of the API lie, and those of its part that speaks OpenAI's dialect.
PREFIX, OPENAI = "/api/", "/v1/"
UNAUTHORIZED = 401


def problem(status: int, error: str, detail: str, fallback_message: str = "") -> JsonResponse:
    """Every error of the API. ``error`` is for programs, ``detail`` says in words what to do."""
    said = {"error": error, "detail": detail}
    if fallback_message:
        said["fallback_message"] = fallback_message
    return _answer(status, error, said)


def problem_at(path: str, status: int, error: str, detail: str, *, param: str | None = None) -> JsonResponse:
    """The same as the dialect at this address says it; ``param`` is the field that is wrong."""
    if not path.startswith(OPENAI):
        return problem(status, error, detail)
    status = STATUSES.get(status, status)
    return _answer(status, error, error_of(status, error, detail, param))


def _answer(status: int, error: str, body: Mapping[str, Any]) -> JsonResponse:
    response = JsonResponse(body, status=status)
    if status == UNAUTHORIZED:
        # RFC 6750, section 3.1: a client that sent a token learns that it was the token.
        wrong = f', error="{error}"' if error == "invalid_token" else ""
        response.headers["WWW-Authenticate"] = f'Bearer realm="parley"{wrong}'
    return response


def problem_of(refusal: Refused) -> JsonResponse:
    """What a service refused, with the seconds after which to ask again where it knows them."""
    response = problem(refusal.status, refusal.key, refusal.detail, getattr(refusal, "fallback", ""))
    if retry_after := getattr(refusal, "retry_after", None):
        response.headers["Retry-After"] = str(retry_after)
    return response


def is_api(path: str) -> bool:
    """Whether a program asks, and so is answered in JSON whatever goes wrong."""
    return path.startswith((PREFIX, OPENAI))


def refusal_at(path: str, refusal: Refused) -> JsonResponse:
    """What a service or a route refused, as the dialect at this address says it."""
    if not path.startswith(OPENAI):
        return problem_of(refusal)
    param = getattr(refusal, "param", None)
    response = problem_at(path, refusal.status, refusal.key, refusal.detail, param=param)
    if retry_after := getattr(refusal, "retry_after", None):
        response.headers["Retry-After"] = str(retry_after)
    if not getattr(refusal, "may_retry", True):
        response.headers["X-Should-Retry"] = "false"  # OpenAI's clients would ask the model again
    return response
