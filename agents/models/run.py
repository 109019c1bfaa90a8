"""Run: one turn of an agent, from the message that asked to the end of the answer."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from agents.models.agent import Agent
from agents.models.prompt_version import PromptVersion


class RunState(models.TextChoices):
    QUEUED = "queued", _("queued")
    RUNNING = "running", _("running")
    WAITING = "waiting", _("waiting")
    COMPLETED = "completed", _("completed")
    CANCELLED = "cancelled", _("cancelled")
    ERROR = "error", _("error")


#: States in which a run holds its conversation: the next one waits.
HOLDING = (RunState.RUNNING, RunState.WAITING)
#: States a run can still leave.
LIVE = (RunState.QUEUED, RunState.RUNNING, RunState.WAITING)


class Run(models.Model):
    """The ids of the chat and its messages are plain values: this app knows nothing of chat.

    A run with a ``transcript`` belongs to no chat: what was said before it is kept there until it ends.

    ``worker`` and ``heartbeat_at`` say who holds it; ``attempt`` counts the holders but those that gave it
    back, and ``started_at`` is when the first took it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agent = models.ForeignKey(
        Agent,
        models.CASCADE,
        related_name="runs",
        db_index=False,  # run_agent_created begins with it
        verbose_name=_("agent"),
    )
    prompt_version = models.ForeignKey(
        PromptVersion,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="runs",
        verbose_name=_("prompt version"),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,  # run_owner_created begins with it
        verbose_name=_("owner"),
    )
    chat_id = models.UUIDField(_("conversation"))
    message_id = models.UUIDField(_("question"))
    answer_id = models.UUIDField(_("answer"))
    state = models.CharField(_("state"), max_length=10, choices=RunState.choices, default=RunState.QUEUED)
    attempt = models.PositiveIntegerField(_("attempt"), default=0)
    worker = models.CharField(_("worker"), max_length=64, blank=True)
    heartbeat_at = models.DateTimeField(_("heartbeat"), null=True, blank=True)
    cancel_requested_at = models.DateTimeField(_("stop asked"), null=True, blank=True)
    transcript = models.JSONField(_("transcript"), null=True, editable=False)
    continue_from = models.TextField(_("continues"), blank=True)
    provider = models.CharField(_("provider"), max_length=40, blank=True)
    model = models.CharField(_("model"), max_length=200, blank=True)
    prompt_tokens = models.PositiveIntegerField(_("prompt tokens"), null=True, blank=True)
    completion_tokens = models.PositiveIntegerField(_("completion tokens"), null=True, blank=True)
    # Ten places hold one token at a price of four digits behind the point.
    cost = models.DecimalField(_("cost"), max_digits=20, decimal_places=10, null=True, blank=True)
    estimated = models.BooleanField(_("tokens are estimated"), default=False)
    error = models.CharField(_("error"), max_length=40, blank=True)
    finish = models.CharField(_("the model's reason to stop"), max_length=20, blank=True)
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )
    call_id = models.CharField(_("call of the parent"), max_length=120, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["state", "heartbeat_at"], name="run_state_heartbeat"),
            models.Index(fields=["chat_id", "id"], name="run_chat"),
            models.Index(fields=["owner", "created_at"], name="run_owner_created"),
            models.Index(fields=["agent", "created_at"], name="run_agent_created"),
            models.Index(fields=["created_at"], name="run_created"),
        )
        constraints = (
            # SQLite has no row locks to hold a chat with: this index is what makes "one at a time" true.
            models.UniqueConstraint(
                fields=["chat_id"],
                condition=models.Q(state__in=HOLDING, parent=None),
                name="run_one_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["parent", "call_id"],
                condition=models.Q(parent__isnull=False),
                name="run_child_of_call_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.agent_id} {self.state}"
