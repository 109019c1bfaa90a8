"""Reads: nobody sees another's webhooks."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from webhooks.errors import NotFound
from webhooks.models import Delivery, Webhook

if TYPE_CHECKING:
    from accounts.models import User

#: Deliveries that are shown of a webhook.
SHOWN = 20


def webhooks_of(person: "User") -> QuerySet[Webhook]:
    return Webhook.objects.filter(owner=person)


def webhook_for(person: "User", webhook_id: UUID) -> Webhook:
    """Raises NotFound."""
    found = webhooks_of(person).filter(pk=webhook_id).first()
    if found is None:
        raise NotFound
    return found


def deliveries_for(person: "User", webhook_id: UUID) -> list[Delivery]:
    """The latest ``SHOWN``, newest first. Raises NotFound."""
    return list(webhook_for(person, webhook_id).deliveries.order_by("-id")[:SHOWN])


def webhooks_with_deliveries(person: "User") -> list[Webhook]:
    """Each with its latest deliveries as ``latest``."""
    latest = Prefetch("deliveries", Delivery.objects.order_by("-id")[:SHOWN], to_attr="latest")
    return list(webhooks_of(person).prefetch_related(latest))
