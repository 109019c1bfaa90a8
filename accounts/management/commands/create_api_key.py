"""``manage.py create_api_key``: a key for a program, printed once."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Permission
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Scope, User
from accounts.services.api_keys import make_key


class Command(BaseCommand):
    help = "Makes an API key and prints it, alone on its line. It is shown this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="whose key it is")
        parser.add_argument("--name", required=True, help="which program it is for")
        parser.add_argument(
            "--scope",
            action="append",
            choices=Scope.values,
            help="what it may do; may be repeated; read if left out",
        )
        parser.add_argument("--days", type=_days, help="after how many days it ends; never if left out")

    def handle(
        self, *, username: str, name: str, scope: list[str] | None, days: int | None, **options: Any
    ) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(_("There is no user “%(name)s”.") % {"name": username})
        scopes = scope or [Scope.READ.value]
        if Scope.ACT_FOR_OTHERS in scopes and not user.has_perm("accounts.act_for_others"):
            user = self._trusted(user)
        expires_at = timezone.now() + timedelta(days=days) if days else None
        _key, text = make_key(user=user, name=name[:100], scopes=scopes, expires_at=expires_at)
        self.stdout.write(text)

    def _trusted(self, user: User) -> User:
        """Who runs this command may give the permission as well; it can be taken back in the admin."""
        permission = Permission.objects.get(
            codename="act_for_others", content_type__app_label="accounts", content_type__model="apikey"
        )
        user.user_permissions.add(permission)
        self.stderr.write(_("%(name)s may act for other people by the API now.") % {"name": user.username})
        return User.objects.get(pk=user.pk)  # the permissions of the other one are cached


def _days(text: str) -> int:
    days = int(text)
    if not 1 <= days <= 36_500:  # noqa: PLR2004
        raise ValueError(text)
    return days
