"""What the API says where something is wrong, wherever it is noticed."""

from django.http import JsonResponse

#: Under which all addresses of the API lie.
PREFIX = "/api/"
UNAUTHORIZED = 401


def problem(status: int, error: str, detail: str) -> JsonResponse:
    """Every error of the API. ``error`` is for programs, ``detail`` says in words what to do."""
    response = JsonResponse({"error": error, "detail": detail}, status=status)
    if status == UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="parley"'
    return response
