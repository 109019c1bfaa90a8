"""A person's webhooks. Each is one transaction."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from agents.sealing import seal, unseal
from webhooks import listeners
from webhooks.errors import Conflict, Invalid
from webhooks.models import Delivery, EventType, Webhook
from webhooks.models.webhook import MAX_ADDRESS, PATTERN
from webhooks.outbox import tell_test
from webhooks.selectors import webhook_for, webhooks_of
from webhooks.signing import new_secret

if TYPE_CHECKING:
    from accounts.models import User

MOST = 20


@transaction.atomic
def create_webhook(*, actor: "User", url: str, events: Iterable[str]) -> tuple[Webhook, str]:
    """The webhook and its secret, which nobody can read again. Raises Invalid and Conflict."""
    url, chosen = _checked_url(url), _checked_events(events)
    if webhooks_of(actor).count() >= MOST:
        raise Conflict(_("You have %(count)d webhooks. Delete one first.") % {"count": MOST})
    secret = new_secret()
    webhook = Webhook.objects.create(
        owner=actor, url=url, events=chosen, sealed_secret=seal({"secret": secret}, address=url)
    )
    listeners.changed()
    return webhook, secret


@transaction.atomic
def update_webhook(
    *,
    actor: "User",
    webhook_id: UUID,
    url: str | None = None,
    events: Iterable[str] | None = None,
    active: bool | None = None,
) -> Webhook:
    """None leaves a value as it is. Switched on again, it begins without its failures.

    Raises NotFound and Invalid.
    """
    webhook = webhook_for(actor, webhook_id)
    if url is not None:
        url = _checked_url(url)
        secrets = unseal(webhook.sealed_secret, address=webhook.url)
        webhook.url, webhook.sealed_secret = url, seal(secrets, address=url)
    if events is not None:
        webhook.events = _checked_events(events)
    if active is not None:
        webhook.active, webhook.problem, webhook.failing_since = active, "", None
    webhook.save()
    listeners.changed()
    return webhook


@transaction.atomic
def delete_webhook(*, actor: "User", webhook_id: UUID) -> None:
    """With what waits to be delivered. Raises NotFound."""
    webhook_for(actor, webhook_id).delete()
    listeners.changed()


@transaction.atomic
def test_webhook(*, actor: "User", webhook_id: UUID) -> Delivery:
    """Puts an event of the type ``webhook.test`` into the outbox. Raises NotFound, and Conflict when off."""
    webhook = webhook_for(actor, webhook_id)
    if not webhook.active:
        raise Conflict(_("This webhook is switched off. Switch it on first."))
    return tell_test(webhook)


def _checked_url(url: str) -> str:
    if len(url) > MAX_ADDRESS or not re.fullmatch(PATTERN, url):
        raise Invalid(_("Enter a web address such as https://example.org/hook, without a user name in it."))
    return url


def _checked_events(events: Iterable[str]) -> list[str]:
    """In the order in which they are offered, each once."""
    wanted = set(events)
    if not wanted or wanted - set(EventType.values):
        raise Invalid(_("Choose at least one of: %(events)s.") % {"events": ", ".join(EventType.values)})
    return [value for value in EventType.values if value in wanted]
