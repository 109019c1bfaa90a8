"""A refusal for a script of a page, in the shape of the API: what was recorded is still there, and waits."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpResponse, JsonResponse

from accounts.errors import Refused
from accounts.requests import SignedInRequest

P = ParamSpec("P")
View = Callable[Concatenate[SignedInRequest, P], HttpResponse]


def says_why_in_json(view: View[P]) -> View[P]:
    """What the view's service refuses. What is refused later, its LaterResponse says in the same shape."""

    @wraps(view)
    def wrapped(request: SignedInRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Refused as refused:
            told = {"error": refused.key, "detail": refused.detail}
            return JsonResponse(told, status=refused.status)

    return wrapped
