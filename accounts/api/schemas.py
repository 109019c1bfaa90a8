"""What programs send to sign in, and what they get."""

from typing import Self

from ninja import Schema
from pydantic import ConfigDict, Field

from accounts.schemas import Strict
from accounts.services.tokens import Tokens

A_TOKEN = "refresh_8f3a0c…"  # noqa: S105 (an example)


class SignIn(Strict):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"username": "alice", "password": "correct horse battery"}]}
    )

    username: str = Field(min_length=1, max_length=254)
    password: str = Field(min_length=1, max_length=4096)
    code: str = Field("", max_length=64, description="Of the second factor, where the person has one")


class RefreshTokenIn(Strict):
    model_config = ConfigDict(json_schema_extra={"examples": [{"refresh_token": A_TOKEN}]})

    refresh_token: str = Field(max_length=4096)


class TokenPair(Schema):
    """Send the access token as `Authorization: Bearer`, and keep the refresh token for the next pair."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "access_token": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.…",
                    "token_type": "Bearer",
                    "expires_in": 900,
                    "refresh_token": A_TOKEN,
                    "refresh_expires_in": 1_209_600,
                }
            ]
        }
    )

    access_token: str
    token_type: str = "Bearer"  # noqa: S105
    expires_in: int = Field(description="Seconds for which the access token is good")
    refresh_token: str = Field(description="Good for one refresh")
    refresh_expires_in: int = Field(description="Seconds for which the refresh token is good")

    @classmethod
    def of(cls, tokens: Tokens) -> Self:
        return cls(
            access_token=tokens.access,
            expires_in=tokens.expires_in,
            refresh_token=tokens.refresh,
            refresh_expires_in=tokens.refresh_expires_in,
        )
