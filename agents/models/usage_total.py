"""UsageTotal: what one person has used with one agent and one model on one day."""

from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

#: Stands for a person or an agent where there is none: in a unique index no NULL is like another.
NOBODY = UUID(int=0)


class UsageTotal(models.Model):
    """Written by ``agents.usage_totals`` only. Days are those of the house.

    No foreign keys: what was used stays used when the person, the agent or the conversation is deleted. The
    names are those they had last.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    day = models.DateField(_("day"))
    user_id = models.UUIDField(_("person"), default=NOBODY)
    user_name = models.CharField(_("name of the person"), max_length=150, blank=True)
    agent_id = models.UUIDField(_("agent"), default=NOBODY)
    agent_name = models.CharField(_("name of the agent"), max_length=100, blank=True)
    model = models.CharField(_("model"), max_length=200, blank=True)
    runs = models.PositiveBigIntegerField(_("answers"), default=0)
    prompt_tokens = models.PositiveBigIntegerField(_("prompt tokens"), default=0)
    completion_tokens = models.PositiveBigIntegerField(_("completion tokens"), default=0)
    # Ten places hold one token at a price of four digits behind the point.
    cost = models.DecimalField(_("cost"), max_digits=28, decimal_places=10, default=0)
    unpriced = models.PositiveBigIntegerField(_("answers without a price"), default=0)

    class Meta:
        verbose_name = _("usage")
        verbose_name_plural = _("usage")
        default_permissions = ()
        indexes = (
            models.Index(fields=["agent_id", "day"], name="usage_total_agent_day"),
            models.Index(fields=["day"], name="usage_total_day"),
        )
        constraints = (
            # Begins with what a person's budget asks for.
            models.UniqueConstraint(
                fields=["user_id", "day", "agent_id", "model"], name="usage_total_of_one"
            ),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.user_name} {self.agent_name} {self.model}"
