"""Whose webhooks there are, known without asking the database: most have none, and no turn pays for it.

Each process that delivers looks every few seconds (webhooks/courier.py). Where nobody looks, such as in a
command, the first to ask looks.
"""

import time
from uuid import UUID

from django.db import transaction

from webhooks.models import Webhook

#: Seconds for which a look holds; longer than between two looks of a courier.
FRESH = 10.0

_owners: frozenset[UUID] = frozenset()
_looked_at = float("-inf")


def has_webhooks(person_id: UUID) -> bool:
    """Whether the person has an active webhook; up to a few seconds late for one made in another process."""
    if time.monotonic() - _looked_at > FRESH:
        look()
    return person_id in _owners


def anybody() -> bool:
    return bool(_owners)


def look() -> None:
    global _owners, _looked_at
    _owners = frozenset(Webhook.objects.filter(active=True).values_list("owner_id", flat=True).distinct())
    _looked_at = time.monotonic()


def changed() -> None:
    """To be said in the transaction of a change: this process knows of it at its commit."""
    transaction.on_commit(look)
