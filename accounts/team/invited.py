"""The invitation that somebody came with: its token is kept in their session until they have signed up."""

from django.http import HttpRequest

from accounts.models import Invitation
from accounts.services.invitations import good_invitation

KEY = "invitation"


def keep_token(request: HttpRequest, token: str) -> None:
    request.session[KEY] = token


def token_of(request: HttpRequest) -> str:
    return str(request.session.get(KEY, ""))


def invitation_of(request: HttpRequest) -> Invitation | None:
    """Asked anew each time: it may have been revoked or accepted in the meantime."""
    token = token_of(request)
    return good_invitation(token) if token else None
