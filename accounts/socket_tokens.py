"""The person behind a token in the address of a WebSocket."""

from channels.db import database_sync_to_async

from accounts.bearer import let_in_by
from accounts.credentials import Credential
from accounts.models import User
from accounts.services.socket_tickets import take_ticket


async def person_by_token(token: str) -> tuple[User, Credential]:
    """For an access token, an API key, or a ticket, which is taken by this. Raises InvalidToken.

    ``credential.admission`` is for ``admissions.ended``, ``credential.scopes`` says what may be done. In
    personal mode it is for the caller to see that the handshake comes from this machine.
    """
    return await database_sync_to_async(_person)(token)


def _person(token: str) -> tuple[User, Credential]:
    return take_ticket(ticket=token) if token.startswith("ticket_") else let_in_by(token)
