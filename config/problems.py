"""What the API says where something is wrong, wherever it is noticed."""

from django.http import JsonResponse

from accounts.errors import Refused, TooMany

#: Under which all addresses of the API lie.
PREFIX = "/api/"
PREFIXES = (PREFIX, "/v1/")
UNAUTHORIZED = 401


def problem(status: int, error: str, detail: str) -> JsonResponse:
    """Every error of the API. ``error`` is for programs, ``detail`` says in words what to do."""
    response = JsonResponse({"error": error, "detail": detail}, status=status)
    if status == UNAUTHORIZED:
        # RFC 6750, section 3.1: a client that sent a token learns that it was the token.
        wrong = f', error="{error}"' if error == "invalid_token" else ""
        response.headers["WWW-Authenticate"] = f'Bearer realm="parley"{wrong}'
    return response


def problem_of(refusal: Refused) -> JsonResponse:
    """What a service refused, with the seconds after which to ask again where it knows them."""
    response = problem(refusal.status, refusal.key, refusal.detail)
    if isinstance(refusal, TooMany):
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def is_api(path: str) -> bool:
    """Whether a program asks, and so is answered in JSON whatever goes wrong."""
    return path.startswith(PREFIXES)
