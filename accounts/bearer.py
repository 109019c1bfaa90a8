"""The person behind an access token or an API key, in one query by an index."""

import re
from datetime import timedelta
from hashlib import sha256

from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.access_tokens import read_access_token
from accounts.admissions import Admission
from accounts.credentials import Credential
from accounts.errors import InvalidToken
from accounts.models import ApiKey, TokenFamily, User

#: Characters; ours have a few hundred, and nobody shall have us parse more.
LONGEST = 4096
KEY = re.compile(r"parley_([0-9a-f]{12})_([0-9a-f]{64})")
JWT_DOTS = 2
#: A key's last use is written this often at most: a read should not cost a write.
USE_IS_NEWS_AFTER = timedelta(minutes=1)


def let_in_by(token: str) -> tuple[User, Credential]:
    """Raises InvalidToken for one that is wrong, expired or revoked, or whose person is disabled."""
    if len(token) > LONGEST:
        raise InvalidToken
    key = KEY.fullmatch(token)
    return _by_key(*key.groups()) if key else _by_access_token(token)


def could_be_ours(token: str) -> bool:
    """Whether it looks like a key or an access token (a JWT, which has three parts), whole or not."""
    return token.startswith("parley_") or token.count(".") == JWT_DOTS


def secret_hash(secret: str) -> str:
    """In hexadecimal, as it is stored."""
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()  # of garbage too


def unchanged_password(user: User, session_hash: str) -> bool:
    """Whether the hash was made of today's password; by an older secret key if need be, as for sessions."""
    hashes = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    return any(constant_time_compare(session_hash, one) for one in hashes)


def _by_key(prefix: str, secret: str) -> tuple[User, Credential]:
    key = ApiKey.objects.select_related("user").filter(prefix=prefix).first()
    right = constant_time_compare(secret_hash(secret), key.secret_hash if key else "")
    now = timezone.now()
    if key is None or not right or key.revoked_at or not key.user.is_active:
        raise InvalidToken
    if key.expires_at and key.expires_at <= now:
        raise InvalidToken
    if key.last_used_at is None or key.last_used_at <= now - USE_IS_NEWS_AFTER:
        long_ago = Q(last_used_at=None) | Q(last_used_at__lte=now - USE_IS_NEWS_AFTER)
        ApiKey.objects.filter(long_ago, pk=key.pk).update(last_used_at=now)
    admission = Admission(key.user.pk, key.user.password, api_key_id=key.pk)
    return key.user, Credential("key", admission, frozenset(key.scopes))


def _by_access_token(token: str) -> tuple[User, Credential]:
    claims = read_access_token(token)
    family = (
        TokenFamily.objects.select_related("user")
        .filter(pk=claims.family_id, user=claims.user_id, revoked_at=None, user__is_active=True)
        .first()
    )
    if family is None or not unchanged_password(family.user, family.session_hash):
        raise InvalidToken
    return family.user, Credential(
        "jwt", Admission(family.user.pk, family.user.password, family_id=family.pk)
    )
