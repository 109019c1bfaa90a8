"""The person whose agents a command is about."""

from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.core.management.base import CommandError
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from accounts.models import User


def owner_called(username: str) -> "User":
    """Raises CommandError when there is nobody of that name."""
    owner = get_user_model().objects.filter(username=username).first()
    if owner is None:
        raise CommandError(_("There is no user “%(name)s”.") % {"name": username})
    return owner
