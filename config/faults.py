"""What is answered where something broke: 503 while the database is away, else 500."""

import sys

from django.http import HttpRequest, HttpResponse
from django.template import loader
from django.utils.translation import gettext as _

from agents.database import AWAY
from config import api
from config.problems import is_api, problem_at

#: Seconds after which it is worth asking again.
RETRY_AFTER = 5


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's ``handler500``, called while the error is being handled. Draws without the database."""
    if not isinstance(sys.exception(), AWAY):
        return api.server_error(request)
    response = _api_answer(request.path) if is_api(request.path) else _page()
    response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def _api_answer(path: str) -> HttpResponse:
    text = _("Parley cannot reach its data. Try again in a moment.")
    return problem_at(path, 503, "service_unavailable", text)


def _page() -> HttpResponse:
    return HttpResponse(loader.get_template("503.html").render(), status=503)
