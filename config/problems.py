"""What the API says where something is wrong, wherever it is noticed."""

from django.http import JsonResponse

from accounts.errors import Refused
from agents.errors import ModelFailed

#: Under which all addresses of the API lie.
PREFIX = "/api/"
PREFIXES = (PREFIX, "/v1/")
UNAUTHORIZED = 401


def problem(status: int, error: str, detail: str, fallback_message: str = "") -> JsonResponse:
    """Every error of the API. ``error`` is for programs, ``detail`` says in words what to do."""
    said = {"error": error, "detail": detail}
    if fallback_message:
        said["fallback_message"] = fallback_message
    response = JsonResponse(said, status=status)
    if status == UNAUTHORIZED:
        # RFC 6750, section 3.1: a client that sent a token learns that it was the token.
        wrong = f', error="{error}"' if error == "invalid_token" else ""
        response.headers["WWW-Authenticate"] = f'Bearer realm="parley"{wrong}'
    return response


def problem_of(refusal: Refused) -> JsonResponse:
    """What a service refused, with the seconds after which to ask again where it knows them."""
    fallback = refusal.fallback if isinstance(refusal, ModelFailed) else ""
    response = problem(refusal.status, refusal.key, refusal.detail, fallback)
    if retry_after := getattr(refusal, "retry_after", None):
        response.headers["Retry-After"] = str(retry_after)
    return response


def is_api(path: str) -> bool:
    """Whether a program asks, and so is answered in JSON whatever goes wrong."""
    return path.startswith(PREFIXES)
