"""Programs that call the API for a person."""

from django.test import Client

from accounts.services.api_keys import make_key
from accounts.services.tokens import begin_family


def with_token(token: str, **extra: str) -> Client:
    """A program that sends this with each call, and is checked as strictly as a browser."""
    return Client(enforce_csrf_checks=True, HTTP_AUTHORIZATION=f"Bearer {token}", **extra)


def with_key(user, *scopes: str, **extra: str) -> Client:
    """A program with a key; without scopes it may read and write."""
    return with_token(make_key(user=user, name="A program", scopes=scopes or ("write",))[1], **extra)


def with_jwt(user, **extra: str) -> Client:
    return with_token(begin_family(user=user).access, **extra)
