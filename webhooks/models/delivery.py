"""Delivery: one event for one webhook, from the transaction that it tells of until it has arrived."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from webhooks.models.webhook import Webhook


class Delivery(models.Model):
    """``next_at`` is when it is tried next, and null once it is not tried any more.

    Who tries it moves ``next_at`` first, by a conditional UPDATE, to a time at which he must be dead: so two
    processes do not try at once, and what one leaves behind is tried by another. ``status`` is that of HTTP
    at the last try, null where none came; ``problem`` says why then.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    type = models.CharField(_("event"), max_length=40)
    body = models.TextField(_("body"))
    created_at = models.DateTimeField(_("created"))
    attempts = models.PositiveIntegerField(_("tries"), default=0)
    next_at = models.DateTimeField(_("next try"), null=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True)
    status = models.PositiveIntegerField(_("status"), null=True)
    problem = models.TextField(_("problem"), blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["next_at"], condition=Q(next_at__isnull=False), name="delivery_due")
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.pk}"
