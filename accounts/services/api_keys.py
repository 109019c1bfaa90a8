"""A person's keys for programs."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.bearer import secret_hash
from accounts.errors import Refused
from accounts.models import ApiKey, Scope, User

#: Keys of one person that are not revoked: the page that lists them stays a page.
MOST_KEYS = 25


class MayNot(Refused):
    """A key that could more than its person."""

    status = 403
    key = "forbidden"


class TooManyKeys(Refused):
    status = 409
    key = "conflict"

    def __init__(self) -> None:
        super().__init__(
            _("You have %(count)d keys. Revoke one that you do not use any more.") % {"count": MOST_KEYS}
        )


def make_key(
    *, user: User, name: str, scopes: Iterable[str], expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """The row, and the key itself, which nobody can read again. Raises MayNot; ValueError without scopes."""
    wanted = [scope.value for scope in Scope if scope in set(scopes)]
    if not wanted:
        raise ValueError("a key that may do nothing")
    if Scope.ACT_FOR_OTHERS in wanted and not user.has_perm("accounts.act_for_others"):
        raise MayNot(_("Only who may act for others can have a key that does."))
    if user.api_keys.filter(revoked_at=None).count() >= MOST_KEYS:
        raise TooManyKeys
    prefix, secret = secrets.token_hex(6), secrets.token_hex(32)
    key = ApiKey.objects.create(
        user=user,
        name=name,
        prefix=prefix,
        secret_hash=secret_hash(secret),
        scopes=wanted,
        expires_at=expires_at,
    )
    return key, f"parley_{prefix}_{secret}"


def revoke_key(*, actor: User, key_id: UUID) -> ApiKey | None:
    """None where the actor has no such key. What was revoked before keeps its time."""
    ApiKey.objects.filter(pk=key_id, user=actor, revoked_at=None).update(revoked_at=timezone.now())
    return ApiKey.objects.filter(pk=key_id, user=actor).first()
