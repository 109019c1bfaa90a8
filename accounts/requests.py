"""The request of a view that somebody signed in asks: ``LoginRequiredMiddleware`` sees to that."""

from django.http import HttpRequest
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
