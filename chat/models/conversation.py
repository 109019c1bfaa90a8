"""Conversation: members, and the messages between them. Other dialects call it a session or a chat."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

MAX_TITLE = 200


class ConversationKind(models.TextChoices):
    AGENT_CHAT = "agent_chat", _("agent chat")
    DIRECT = "direct", _("direct message")
    ROOM = "room", _("room")


class Conversation(models.Model):
    """``agent`` is who answers in an agent chat; it goes with them. ``last_message_at`` orders the lists."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(
        _("kind"), max_length=20, choices=ConversationKind.choices, default=ConversationKind.AGENT_CHAT
    )
    title = models.CharField(_("title"), max_length=MAX_TITLE, blank=True)
    agent = models.ForeignKey(
        "agents.Agent",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="conversations",
        verbose_name=_("agent"),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("made by"),
    )
    #: Who started it with which client id, so that a double click starts one conversation.
    started_by_send = models.CharField(max_length=150, null=True, unique=True, editable=False)  # noqa: DJ001 (NULLs are not unique)
    #: The two participants of a direct message, so that any two have one.
    direct_key = models.CharField(max_length=70, null=True, unique=True, editable=False)  # noqa: DJ001 (NULLs are not unique)
    #: What the program that made it keeps with it.
    metadata = models.JSONField(_("metadata"), default=dict, blank=True)
    last_message_at = models.DateTimeField(_("last message"), db_index=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        ordering = ("-last_message_at", "-id")

    def __str__(self) -> str:
        return self.title or str(self.id)

    def get_absolute_url(self) -> str:
        return reverse("chat:conversation", args=[self.pk])
