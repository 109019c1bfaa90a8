"""A refusal of a service as an answer: words where the person is, with the status that says the same."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpResponse
from django.shortcuts import render

from accounts.requests import SignedInRequest
from chat.errors import NotFound, Refused

P = ParamSpec("P")
View = Callable[Concatenate[SignedInRequest, P], HttpResponse]


def says_why(view: View[P]) -> View[P]:
    """Answers a refusal of the view's service: a whole page for a page, a line in its place for htmx."""

    @wraps(view)
    def wrapped(request: SignedInRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Refused as refused:
            if refused.status == NotFound.status and not request.htmx:
                raise Http404(refused.text) from refused
            return render(request, "chat/_send_error.html", {"error": refused}, status=refused.status)

    return wrapped
