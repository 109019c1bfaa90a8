"""Programs that call by an API key."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.services.api_keys import make_key

BOTH = ("write", "act-for-others")


def key_of(user: Any, scopes: Sequence[str] = ("write",)) -> str:
    if "act-for-others" in scopes:
        user.user_permissions.add(Permission.objects.get(codename="act_for_others"))
        user = get_user_model().objects.get(pk=user.pk)  # what it may do is kept with it
    return make_key(user=user, name="A program", scopes=scopes)[1]


def program_of(user: Any, scopes: Sequence[str] = ("write",)) -> Client:
    """A client without a session."""
    return Client(headers={"Authorization": f"Bearer {key_of(user, scopes)}"})
