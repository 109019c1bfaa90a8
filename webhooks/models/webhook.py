"""Webhook: an address of a person's, and what it is told."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

MAX_ADDRESS = 500
#: A scheme, a name or an IPv4 address, a port up to 65535, a path. Names of other scripts go as punycode.
PATTERN = (
    r"https?://[A-Za-z0-9.-]+"
    r"(:([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?"
    r"(/[!-~]*)?"
)


class EventType(models.TextChoices):
    """Names are for ever: programs compare them."""

    MESSAGE_CREATED = "message.created", _("A message of yours is stored")
    MESSAGE_COMPLETED = "message.completed", _("An answer is complete")
    RUN_WAITING = "run.waiting", _("An agent waits for your consent")
    RUN_FAILED = "run.failed", _("An answer failed")
    RUN_CANCELLED = "run.cancelled", _("An answer was stopped")


class Webhook(models.Model):
    """``sealed_secret`` signs deliveries; it is encrypted, and of use for the origin of ``url`` only.

    ``failing_since`` is when the first delivery failed after which none arrived. ``problem`` says to the
    owner why it was switched off; it is empty where a person did that.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="webhooks", verbose_name=_("owner")
    )
    url = models.CharField(_("address"), max_length=MAX_ADDRESS)
    events = models.JSONField(_("events"), default=list)
    sealed_secret = models.TextField(editable=False)
    active = models.BooleanField(_("active"), default=True)
    failing_since = models.DateTimeField(_("failing since"), null=True, editable=False)
    problem = models.TextField(_("problem"), blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.url
