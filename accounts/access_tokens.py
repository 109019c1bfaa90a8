"""Access tokens: JWTs of a quarter of an hour, signed with a key that is derived from the secret key."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import jwt
from django.conf import settings
from django.utils.crypto import salted_hmac

from accounts.errors import InvalidToken

#: The only one that is signed with or believed, whatever the token says of itself.
ALGORITHM = "HS256"
ISSUER, AUDIENCE = "parley", "parley-api"
CLAIMS = ["iss", "aud", "sub", "sid", "jti", "iat", "exp"]


@dataclass(frozen=True)
class Claims:
    user_id: UUID
    family_id: UUID


def write_access_token(claims: Claims, now: datetime) -> str:
    said = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(claims.user_id),
        "sid": str(claims.family_id),
        "jti": uuid4().hex,
        "iat": now,
        "exp": now + timedelta(minutes=settings.ACCESS_TOKEN_MINUTES),
    }
    return jwt.encode(said, _key(settings.SECRET_KEY), ALGORITHM)


def read_access_token(token: str) -> Claims:
    """Raises InvalidToken, for whatever reason: who forges one is not told which part was right."""
    for key in _keys():
        try:
            said = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                options={"require": CLAIMS},
            )
            return Claims(UUID(said["sub"]), UUID(str(said["sid"])))
        except jwt.InvalidSignatureError:
            continue
        except (jwt.PyJWTError, ValueError, RecursionError):  # its head is read before the signature
            break
    raise InvalidToken


def _keys() -> Iterator[bytes]:
    yield from map(_key, (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


def _key(secret: str) -> bytes:
    return salted_hmac("accounts.access_tokens", "HS256", secret=secret, algorithm="sha256").digest()
