"""What programs may call as a person: their API keys, and sign-ins with their password."""

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import ApiKey, TokenFamily, User


def keys_of(user: User) -> QuerySet[ApiKey]:
    """Those that are not revoked, the newest first; expired ones too, so that one sees why one fails."""
    return ApiKey.objects.filter(user=user, revoked_at=None)


def sign_ins_of(user: User) -> QuerySet[TokenFamily]:
    """Those that hold, the newest first."""
    return TokenFamily.objects.filter(user=user, revoked_at=None, expires_at__gt=timezone.now())
