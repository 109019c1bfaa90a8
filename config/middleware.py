"""Headers and compression of everything Django answers."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

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
            return HttpResponse("Send it in UTF-8.\n", content_type="text/plain; charset=utf-8", status=415)
        return get_response(request)

    return answer


class GZipPages(GZipMiddleware):
    """Leaves streams alone: each event would become a compressed file of its own, which no browser reads."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        return response if response.streaming else super().process_response(request, response)
