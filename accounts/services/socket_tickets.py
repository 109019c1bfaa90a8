"""Tickets for one WebSocket each: a browser can only name what lets it in in the address."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts.admissions import Admission, holds
from accounts.bearer import secret_hash, unchanged_password
from accounts.credentials import EVERYTHING, Credential, Kind
from accounts.errors import InvalidToken
from accounts.models import SocketTicket, User

#: An address may end up in the log of a proxy; by then the ticket is over.
LASTS = timedelta(seconds=30)


def make_ticket(*, user: User, credential: Credential) -> str:
    """Stands for the credential, and allows no more than it."""
    now = timezone.now()
    SocketTicket.objects.filter(expires_at__lte=now).delete()
    ticket = f"ticket_{secrets.token_hex(32)}"
    SocketTicket.objects.create(
        user=user,
        session_hash=user.get_session_auth_hash(),
        session_key=credential.admission.session_key,
        family_id=credential.admission.family_id,
        api_key_id=credential.admission.api_key_id,
        token_hash=secret_hash(ticket),
        expires_at=now + LASTS,
    )
    return ticket


def take_ticket(*, ticket: str) -> tuple[User, Credential]:
    """Who has it, and for what it stands; of many who take it at once one gets it. Raises InvalidToken."""
    with transaction.atomic():
        found = (
            SocketTicket.objects.select_related("user", "api_key")
            .filter(token_hash=secret_hash(ticket), expires_at__gt=timezone.now())
            .first()
        )
        taken = found is not None and SocketTicket.objects.filter(pk=found.pk).delete()[0]
    if found is None or not taken or not unchanged_password(found.user, found.session_hash):
        raise InvalidToken
    credential = _credential(found)
    if not holds(credential.admission):
        raise InvalidToken
    return found.user, credential


def _credential(ticket: SocketTicket) -> Credential:
    admission = Admission(
        ticket.user.pk, ticket.user.password, ticket.session_key, ticket.family_id, ticket.api_key_id
    )
    kind: Kind = "session" if ticket.session_key else "owner"
    if ticket.api_key is not None:
        return Credential("key", admission, frozenset(ticket.api_key.scopes))
    return Credential("jwt" if ticket.family_id else kind, admission, EVERYTHING)
