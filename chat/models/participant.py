"""Participant: a person or an agent, equal as members of conversations and authors of messages."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7


class ParticipantKind(models.TextChoices):
    USER = "user", _("person")
    AGENT = "agent", _("agent")


class Participant(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=ParticipantKind.choices)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="participant",
        verbose_name=_("person"),
    )
    agent = models.OneToOneField(
        "agents.Agent",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="participant",
        verbose_name=_("agent"),
    )

    #: Counts the changes of a person's list of conversations, for pages that were not told of one.
    list_version = models.PositiveBigIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind="user", user__isnull=False, agent__isnull=True)
                | models.Q(kind="agent", user__isnull=True, agent__isnull=False),
                name="participant_is_a_person_or_an_agent",
            ),
        )

    def __str__(self) -> str:
        return str(self.user or self.agent)
