"""The request of a view that somebody signed in asks: ``LoginRequiredMiddleware`` sees to that."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User


class SignedInRequest(HttpRequest):
    """For type annotations: ``user`` is a person, and ``htmx`` is there."""

    user: User
    htmx: HtmxDetails
