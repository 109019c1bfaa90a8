"""PromptVersion: every prompt an agent ever had, numbered from 1; the newest is the one in use."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from agents.models.agent import Agent


class PromptVersion(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    agent = models.ForeignKey(Agent, models.CASCADE, related_name="prompt_versions", verbose_name=_("agent"))
    number = models.PositiveIntegerField(_("number"))
    system_prompt = models.TextField(_("system prompt"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("author"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("prompt version")
        verbose_name_plural = _("prompt versions")
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=["agent", "number"], name="prompt_version_number_once"),
        )

    def __str__(self) -> str:
        return f"{self.agent} {self.number}"
