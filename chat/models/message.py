"""Message: what somebody said. An agent's answer exists from the moment it is asked for."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from chat.models.conversation import Conversation
from chat.models.participant import Participant


class MessageRole(models.TextChoices):
    USER = "user", _("person")
    ASSISTANT = "assistant", _("agent")
    SYSTEM = "system", _("system")


class MessageKind(models.TextChoices):
    TEXT = "text", _("text")
    VOICE = "voice", _("voice")


class MessageStatus(models.TextChoices):
    PENDING = "pending", _("waiting")
    PROCESSING = "processing", _("being written")
    COMPLETED = "completed", _("complete")
    ERROR = "error", _("failed")
    CANCELLED = "cancelled", _("stopped")


#: In ``metadata``: what the program that sent a message keeps with it.
GIVEN = "given"


def empty_dict() -> dict[str, Any]:
    """The default of ``metadata``; a named function because migrations refer to it."""
    return {}


class Message(models.Model):
    """``id`` orders a conversation (UUIDv7). ``parent`` is what a message answers or replaces: an answer's is
    its question, an edited question's is the first wording. Of the siblings one is ``active`` and shown."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    conversation = models.ForeignKey(
        Conversation, models.CASCADE, related_name="messages", db_index=False, verbose_name=_("conversation")
    )
    sender = models.ForeignKey(Participant, models.CASCADE, related_name="messages", verbose_name=_("sender"))
    role = models.CharField(_("role"), max_length=10, choices=MessageRole.choices)
    kind = models.CharField(_("kind"), max_length=10, choices=MessageKind.choices, default=MessageKind.TEXT)
    status = models.CharField(
        _("status"), max_length=12, choices=MessageStatus.choices, default=MessageStatus.COMPLETED
    )
    content = models.TextField(_("content"), blank=True)
    reply_to = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="replies", verbose_name=_("reply to")
    )
    parent = models.ForeignKey(
        "self",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("answers or replaces"),
    )
    active = models.BooleanField(_("shown"), default=True)
    client_id = models.CharField(_("client id"), max_length=100, null=True, blank=True)  # noqa: DJ001 (NULLs are not unique)
    run = models.OneToOneField(
        "agents.Run", models.SET_NULL, null=True, blank=True, related_name="message", verbose_name=_("run")
    )
    error = models.CharField(_("error"), max_length=40, blank=True)
    processing_time_ms = models.PositiveIntegerField(_("time in ms"), null=True, blank=True)
    metadata = models.JSONField(_("metadata"), default=empty_dict, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=["conversation", "client_id", "sender"], name="message_client_id_once_each"
            ),
        )
        indexes = (
            # A condition, because SQLite finds no use for a column that is asked for as a bare truth value.
            # The condition is a column of its own besides: SQLite counts by the index alone only so.
            models.Index(
                fields=["conversation", "id", "active"],
                name="message_shown",
                condition=models.Q(active=True),
            ),
            models.Index(fields=["conversation", "updated_at"], name="message_changed"),
        )

    def __str__(self) -> str:
        return self.content[:50]
