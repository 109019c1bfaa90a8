"""Trying a delivery: taken by one process, and settled by what came back."""

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop

from agents.sealing import Unreadable, unseal
from webhooks import listeners
from webhooks.models import Delivery, Webhook

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

#: How long a try may take, with all that is around it; after that whoever made it is dead.
LEASE = timedelta(seconds=30)
#: Seconds until the next try, after the first, the second, and so on: about a day in all.
DELAYS = (5, 30, 120, 600, 1800, 3600, 7200, 14_400, 28_800, 28_800)
#: By how much a delay differs, so that what failed together does not come back together.
JITTER = 0.2
#: Tries of one webhook that one look takes: a slow address keeps nobody else waiting.
AT_ONCE_EACH = 2
#: How long deliveries that are over are kept, to be looked at.
KEPT = timedelta(days=14)
GONE = 410

FAILED_LONG = gettext_noop("Nothing has arrived there for a day, so it was switched off.")
IS_GONE = gettext_noop("The address says that it is gone (410), so it was switched off.")


@dataclass(frozen=True)
class Try:
    """What goes out. ``secret`` is empty where it cannot be read; ``problem`` says why."""

    delivery_id: UUID
    webhook_id: UUID
    url: str
    body: str
    secret: str
    attempt: int
    problem: str = ""


@dataclass(frozen=True)
class Outcome:
    """``status`` is None where no answer came."""

    status: int | None
    problem: str = ""

    @property
    def arrived(self) -> bool:
        return self.status is not None and 200 <= self.status < 300  # noqa: PLR2004


def take_due(most: int, *, busy: dict[UUID, int]) -> list[Try]:
    """Up to ``most`` deliveries that are due, now this process's to try.

    ``busy`` are the tries under way here by webhook.
    """
    now = timezone.now()
    full = [webhook_id for webhook_id, count in busy.items() if count >= AT_ONCE_EACH]
    due = (
        Delivery.objects.filter(next_at__lte=now, webhook__active=True)
        .exclude(webhook_id__in=full)
        .select_related("webhook")
        .order_by("next_at")[: most * 4]
    )
    taken: list[Try] = []
    counts = dict(busy)
    for delivery in due:
        if len(taken) >= most or counts.get(delivery.webhook_id, 0) >= AT_ONCE_EACH:
            continue
        mine = Delivery.objects.filter(pk=delivery.pk, next_at=delivery.next_at)
        if mine.update(next_at=now + LEASE, attempts=delivery.attempts + 1):
            counts[delivery.webhook_id] = counts.get(delivery.webhook_id, 0) + 1
            taken.append(_try_of(delivery))
    return taken


def _try_of(delivery: Delivery) -> Try:
    webhook = delivery.webhook
    try:
        secret, problem = unseal(webhook.sealed_secret, address=webhook.url)["secret"], ""
    except Unreadable as error:
        secret, problem = "", str(error)
    return Try(delivery.pk, webhook.pk, webhook.url, delivery.body, secret, delivery.attempts + 1, problem)


@transaction.atomic
def settle(tried: Try, outcome: Outcome) -> None:
    """Writes what came of it: delivered, tried again later, or given up, and then the webhook with it."""
    now = timezone.now()
    mine = Delivery.objects.filter(pk=tried.delivery_id, attempts=tried.attempt)
    values = {"status": outcome.status, "problem": outcome.problem}
    webhook = Webhook.objects.filter(pk=tried.webhook_id)
    if outcome.arrived:
        mine.update(**values, next_at=None, delivered_at=now)
        webhook.exclude(failing_since=None).update(failing_since=None)
        return
    webhook.filter(failing_since=None).update(failing_since=now)
    again = None if outcome.status == GONE else next_try(tried.attempt, now)
    mine.update(**values, next_at=again)
    if again is None:
        long = now - timedelta(seconds=sum(DELAYS) * (1 - JITTER))
        silent = Q() if outcome.status == GONE else Q(failing_since__lte=long)
        _switch_off(webhook.filter(silent), IS_GONE if outcome.status == GONE else FAILED_LONG)


def next_try(attempts: int, now: "datetime") -> "datetime | None":
    """When to try again after so many tries; None after the last."""
    if attempts > len(DELAYS):
        return None
    spread = random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 (nobody gains by guessing it)
    return now + timedelta(seconds=DELAYS[attempts - 1] * spread)


def _switch_off(webhooks: "QuerySet[Webhook]", problem: str) -> None:
    ids = list(webhooks.filter(active=True).values_list("pk", flat=True))
    Webhook.objects.filter(pk__in=ids).update(active=False, problem=problem)
    Delivery.objects.filter(webhook_id__in=ids).update(next_at=None)
    if ids:
        listeners.changed()


def forget_old() -> int:
    """Deletes what was over long ago. The number of rows."""
    return Delivery.objects.filter(next_at=None, created_at__lt=timezone.now() - KEPT).delete()[0]
