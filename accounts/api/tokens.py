"""Tokens: a pair for a password, the next pair for a refresh token, and their end."""

from django.http import HttpRequest
from ninja import Router
from ninja.responses import Status

from accounts.api.schemas import RefreshTokenIn, SignIn, TokenPair
from accounts.api_access import check_place
from accounts.schemas import BODY_REFUSALS, Problem
from accounts.services import tokens
from accounts.services.sign_in import person_signing_in

router = Router(tags=["auth"])


@router.post(
    "/auth/token",
    auth=None,
    operation_id="obtain_tokens",
    response={200: TokenPair, 401: Problem, 403: Problem, 429: Problem, **BODY_REFUSALS},
)
def obtain_tokens(request: HttpRequest, body: SignIn) -> TokenPair:
    """An access and a refresh token for a name and a password, and a code where there is a second factor.

    A name that nobody has and a wrong password get the same answer.
    """
    check_place(request)
    user = person_signing_in(request, username=body.username, password=body.password, code=body.code)
    return TokenPair.of(tokens.begin_family(user=user, client=request.headers.get("User-Agent", "")))


@router.post(
    "/auth/token/refresh",
    auth=None,
    operation_id="refresh_tokens",
    response={200: TokenPair, 401: Problem, 403: Problem, **BODY_REFUSALS},
)
def refresh_tokens(request: HttpRequest, body: RefreshTokenIn) -> TokenPair:
    """The next pair. The token that was sent is used up: sent again, all of its sign-in is over."""
    check_place(request)
    return TokenPair.of(tokens.refresh(token=body.refresh_token))


@router.post(
    "/auth/token/revoke",
    auth=None,
    operation_id="revoke_tokens",
    response={204: None, 403: Problem, **BODY_REFUSALS},
)
def revoke_tokens(request: HttpRequest, body: RefreshTokenIn) -> Status[None]:
    """Signs the program out: every token of this sign-in is over. One that nobody knows is no error."""
    check_place(request)
    tokens.revoke(token=body.refresh_token)
    return Status(204, None)
