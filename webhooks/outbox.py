"""What is to be told, written in the transaction that it tells of: committed with it, or not at all."""

import json
from typing import Any
from uuid import UUID

from django.utils import timezone
from uuid_utils.compat import uuid7

from webhooks import listeners
from webhooks.models import Delivery, EventType, Webhook

__all__ = ["TEST", "EventType", "tell", "tell_test"]

#: The event that the button of a webhook's owner sends; nobody has to choose it.
TEST = "webhook.test"


def tell(person_id: UUID | None, event: EventType, **data: Any) -> None:
    """Puts an event of the person's into the outbox, for each webhook of theirs that wants it.

    ``data`` are ids and states, never what was said: whoever receives it reads that by the API, if he may.
    """
    if person_id is None or not listeners.has_webhooks(person_id):
        return
    hooks = Webhook.objects.filter(owner_id=person_id, active=True)
    _put([hook for hook in hooks if event in hook.events], event, data)


def tell_test(webhook: Webhook) -> Delivery:
    """A delivery that whoever receives it can tell from the others."""
    return _put([webhook], TEST, {"webhook_id": webhook.pk})[0]


def _put(hooks: list[Webhook], event: str, data: dict[str, Any]) -> list[Delivery]:
    now = timezone.now()
    body = json.dumps(
        {"type": str(event), "timestamp": now.isoformat(), "data": data}, default=str, separators=(",", ":")
    )
    return Delivery.objects.bulk_create(
        Delivery(id=uuid7(), webhook=hook, type=str(event), body=body, created_at=now, next_at=now)
        for hook in hooks
    )
