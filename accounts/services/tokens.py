"""Signing programs in: an access token for the calls, and a refresh token for the next pair of both."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.access_tokens import Claims, write_access_token
from accounts.bearer import secret_hash, unchanged_password
from accounts.errors import InvalidToken
from accounts.models import RefreshToken, TokenFamily, User

#: Sign-ins of one person at a time: a script that signs in for each call must not fill the table.
MOST_FAMILIES = 25


@dataclass(frozen=True)
class Tokens:
    """A pair; ``expires_in`` and ``refresh_expires_in`` are seconds."""

    access: str
    refresh: str
    expires_in: int
    refresh_expires_in: int


@transaction.atomic
def begin_family(*, user: User, client: str = "") -> Tokens:
    """For a person who has proved who they are. ``client`` is what the program calls itself."""
    now = timezone.now()
    mine = TokenFamily.objects.filter(user=user)
    mine.filter(expires_at__lte=now).delete()
    kept = mine.order_by("-refreshed_at").values("pk")[: MOST_FAMILIES - 1]
    mine.exclude(pk__in=[one["pk"] for one in kept]).delete()
    family = TokenFamily.objects.create(
        user=user,
        client=client.replace("\x00", "")[:200],
        session_hash=user.get_session_auth_hash(),
        refreshed_at=now,
        expires_at=now + _refresh_lasts(),
    )
    return _pair(family, now)


def refresh(*, token: str) -> Tokens:
    """The next pair, once a token. Raises InvalidToken; for a used token the whole family is over.

    Who sends a token a second time, or at the same time as another, has it from somebody: which of the two is
    the person's program cannot be told.
    """
    now = timezone.now()
    with transaction.atomic():
        sent = (
            RefreshToken.objects.select_related("family__user").filter(token_hash=secret_hash(token)).first()
        )
        if sent is None:
            raise InvalidToken
        if RefreshToken.objects.filter(pk=sent.pk, used_at=None).update(used_at=now):
            if _good(sent, now) and _go_on(sent.family, now):
                return _pair(sent.family, now)
        else:
            _end(sent.family, now)
    raise InvalidToken  # out here, where it undoes nothing


def revoke(*, token: str) -> None:
    """Ends the family of a refresh token, used or not. For one that is none there is nothing to do."""
    sent = RefreshToken.objects.select_related("family").filter(token_hash=secret_hash(token)).first()
    if sent is not None:
        _end(sent.family, timezone.now())


def revoke_family(*, actor: User, family_id: UUID) -> TokenFamily | None:
    """None where the actor has no such family."""
    family = TokenFamily.objects.filter(pk=family_id, user=actor).first()
    if family is not None:
        _end(family, timezone.now())
    return family


def revoke_families(*, actor: User) -> int:
    """Signs out every program that signed in with the actor's password; how many there were."""
    going = TokenFamily.objects.filter(user=actor, revoked_at=None, expires_at__gt=timezone.now())
    return going.update(revoked_at=timezone.now())


def _good(sent: RefreshToken, now: datetime) -> bool:
    user = sent.family.user
    return sent.expires_at > now and user.is_active and unchanged_password(user, sent.family.session_hash)


def _go_on(family: TokenFamily, now: datetime) -> bool:
    """False where somebody ended it in this moment."""
    going = TokenFamily.objects.filter(pk=family.pk, revoked_at=None)
    if not going.update(refreshed_at=now, expires_at=now + _refresh_lasts()):
        return False
    family.tokens.filter(expires_at__lte=now).delete()
    return True


def _end(family: TokenFamily, now: datetime) -> None:
    TokenFamily.objects.filter(pk=family.pk, revoked_at=None).update(revoked_at=now)


def _pair(family: TokenFamily, now: datetime) -> Tokens:
    token = f"refresh_{secrets.token_hex(32)}"
    lasts = _refresh_lasts()
    RefreshToken.objects.create(family=family, token_hash=secret_hash(token), expires_at=now + lasts)
    return Tokens(
        access=write_access_token(Claims(family.user_id, family.pk), now),
        refresh=token,
        expires_in=settings.ACCESS_TOKEN_MINUTES * 60,
        refresh_expires_in=int(lasts.total_seconds()),
    )


def _refresh_lasts() -> timedelta:
    return timedelta(days=settings.REFRESH_TOKEN_DAYS)
