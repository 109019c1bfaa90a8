"""What the API says where something is wrong, wherever it is noticed."""

from django.http import JsonResponse

#: Under which all addresses of the API lie.
PREFIX = "/api/"
UNAUTHORIZED = 401


def problem(status: int, error: str, detail: str) -> JsonResponse:
    """Every error of the API. ``error`` is for programs, ``detail`` says in words what to do."""
    response = JsonResponse({"error": error, "detail": detail}, status=status)
    if status == UNAUTHORIZED:
        # RFC 6750, section 3.1: a client that sent a token learns that it was the token.
        wrong = f', error="{error}"' if error == "invalid_token" else ""
        response.headers["WWW-Authenticate"] = f'Bearer realm="parley"{wrong}'
    return response
