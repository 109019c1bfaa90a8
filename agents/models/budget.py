"""Budget: how much one person, or one agent, may use."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from agents.models.agent import Agent


class Period(models.TextChoices):
    RUN = "run", _("each answer")
    DAY = "day", _("each day")
    MONTH = "month", _("each month")


class Budget(models.Model):
    """For a person, for an agent, or with neither for each person who has none of their own for the period.

    Tokens are those read and written together, money is in the currency of the prices. At least one is set.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    agent = models.ForeignKey(
        Agent, models.CASCADE, null=True, blank=True, related_name="budgets", verbose_name=_("agent")
    )
    period = models.CharField(_("period"), max_length=10, choices=Period.choices, default=Period.MONTH)
    max_tokens = models.PositiveBigIntegerField(_("tokens"), null=True, blank=True)
    max_cost = models.DecimalField(
        _("money"), max_digits=14, decimal_places=4, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("budget")
        verbose_name_plural = _("budgets")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(user=None) | models.Q(agent=None),
                name="budget_of_one",
                violation_error_message=_("Choose a person or an agent, not both."),
            ),
            models.CheckConstraint(
                condition=~models.Q(max_tokens=None, max_cost=None),
                name="budget_limits_something",
                violation_error_message=_("Set tokens, money or both."),
            ),
            models.UniqueConstraint(
                fields=["user", "period"],
                condition=models.Q(user__isnull=False),
                name="budget_user_period",
                violation_error_message=_("This person has a budget for this period already."),
            ),
            models.UniqueConstraint(
                fields=["agent", "period"],
                condition=models.Q(agent__isnull=False),
                name="budget_agent_period",
                violation_error_message=_("This agent has a budget for this period already."),
            ),
            models.UniqueConstraint(
                fields=["period"],
                condition=models.Q(user=None, agent=None),
                name="budget_everyone_period",
                violation_error_message=_("There is a budget for each person and this period already."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.user or self.agent or _('each person')}, {self.get_period_display()}"
