"""The request of a view that somebody signed in asks: ``LoginRequiredMiddleware`` sees to that."""

from django.core.exceptions import TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django_htmx.middleware import HtmxDetails

from accounts.credentials import Credential
from accounts.models import User


class SignedInRequest(HttpRequest):
    """For type annotations: ``user`` is a person, and ``htmx`` is there."""

    user: User
    htmx: HtmxDetails


class ApiRequest(HttpRequest):
    """For type annotations: a call of the API, whose person ``accounts.api_access`` has found."""

    user: User
    credential: Credential


def files_of(request: HttpRequest, field: str) -> list[UploadedFile] | None:
    """The files of a form, in their order; None for what is no form, or has more parts than are taken."""
    try:
        return request.FILES.getlist(field)
    except (MultiPartParserError, TooManyFieldsSent, TooManyFilesSent):
        return None
