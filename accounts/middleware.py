"""Who asks, in which language and time zone."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


def preferred_language(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    return get_response
