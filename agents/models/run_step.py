"""RunStep: one tool call of a run, whole: what was asked, who allowed it, what the model read of it.

What is in here is the model's and the person's who decides. Pages, log and admin show the masked lines of the
events instead.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from agents.models.run import Run


class StepState(models.TextChoices):
    """As in ``agents.engine.steps``."""

    ASKED = "asked", _("waits for a person")
    BEGUN = "begun", _("begun")
    OK = "ok", _("done")
    ERROR = "error", _("failed")
    DENIED = "denied", _("not allowed")
    UNKNOWN = "unknown", _("outcome unknown")


class Decision(models.TextChoices):
    ALLOWED = "allowed", _("allowed")
    DENIED = "denied", _("not allowed")


class RunStep(models.Model):
    """Written in the transactions of the run's log; the decision is written by the service that takes it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    run = models.ForeignKey(Run, models.CASCADE, related_name="steps", verbose_name=_("run"), db_index=False)
    round = models.PositiveIntegerField(_("round"))
    position = models.PositiveIntegerField(_("position"))
    call_id = models.CharField(_("call"), max_length=120)
    name = models.CharField(_("tool"), max_length=100)
    arguments = models.TextField(_("arguments"), blank=True)
    said = models.PositiveIntegerField(_("characters of the answer before it"))
    state = models.CharField(_("state"), max_length=10, choices=StepState.choices)
    result = models.TextField(_("result for the model"), blank=True)
    decision = models.CharField(_("decision"), max_length=10, choices=Decision.choices, blank=True)
    always = models.BooleanField(_("for every such call"), default=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("tool call")
        verbose_name_plural = _("tool calls")
        ordering = ("run", "round", "position")
        constraints = (models.UniqueConstraint(fields=["run", "call_id"], name="run_step_call_once"),)

    def __str__(self) -> str:
        return f"{self.name} {self.state}"
