"""Headers and compression of everything Django answers."""

from collections.abc import Callable
from urllib.parse import unquote_to_bytes

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.utils.translation import gettext as _

from config.problems import is_api, problem_at

Handler = Callable[[HttpRequest], HttpResponse]

#: ``connect-src`` names no WebSocket: 'self' covers it in every browser that has htmx 4 run.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "media-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
    "Cross-Origin-Resource-Policy": "same-origin",
    # What is here was said in private: no shared cache and no disk keeps it, unless a view says otherwise.
    "Cache-Control": "private, no-store",
}


def security_headers(get_response: Handler) -> Handler:
    """Sets each header that the view has not set itself."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return answer


def forms_in_utf8(get_response: Handler) -> Handler:
    """Refuses a form that says it is in another encoding: Django reads none, and fails over it."""

    def answer(request: HttpRequest) -> HttpResponse:
        charset = (request.content_params or {}).get("charset", "utf-8")
        if charset.strip("\"'").lower() not in {"utf-8", "utf8"}:
            if is_api(request.path):
                return problem_at(request.path, 415, "not_utf8", "Send it in UTF-8.")
            return HttpResponse("Send it in UTF-8.\n", content_type="text/plain; charset=utf-8", status=415)
        return get_response(request)

    return answer


def text_as_it_was_sent(get_response: Handler) -> Handler:
    """Refuses a form with bytes that are no UTF-8, such as half a surrogate pair.

    Django puts other signs in their place without a word, and what is stored is not what was sent.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if not _is_mangled(request):
            return get_response(request)
        if "HX-Request" not in request.headers:
            raise BadRequest("a form that is no UTF-8")
        text = _("What was sent contains characters that cannot be stored. Remove them and send again.")
        return render(request, "chat/_send_error.html", {"error": {"text": text}}, status=422)

    return answer


def _is_mangled(request: HttpRequest) -> bool:
    """Told from the bytes, because a person may write U+FFFD; those of an upload are not kept."""
    if request.content_type != "application/x-www-form-urlencoded":
        return False
    values = (value for _name, values in request.POST.lists() for value in values)
    if request.body.isascii() and not any("\ufffd" in value for value in values):
        return False
    try:
        unquote_to_bytes(request.body).decode()
    except UnicodeDecodeError:
        return True
    return False


class GZipPages(GZipMiddleware):
    """Leaves streams alone: each event would become a compressed file of its own, which no browser reads.

    And answers with an entity tag: compressed, theirs would be a weak one.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        as_it_is = response.streaming or "ETag" in response.headers
        return response if as_it_is else super().process_response(request, response)
