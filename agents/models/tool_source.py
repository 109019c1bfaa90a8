"""ToolSource: a server elsewhere whose tools agents can have, and who may use them."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

#: As ``agents.tools.remote_names`` takes it apart again.
SLUG = r"^[a-z0-9](?:-?[a-z0-9]){0,19}\Z"
MAX_SLUG = 20


def no_tools() -> list[dict[str, object]]:
    """The default of the list of tools; a named function because migrations refer to it."""
    return []


class Audience(models.TextChoices):
    EVERYONE = "everyone", _("Everyone here")
    STAFF = "staff", _("Staff")
    CHOSEN = "chosen", _("Only the people chosen below")


class ToolSource(models.Model):
    """``tools`` are as they were last listed or read: what was looked at is what models are told.

    ``sealed`` holds the secrets (``agents.sealing``). Who may use a source is asked for whoever talks with an
    agent, not for whoever made it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=100)
    slug = models.CharField(
        _("short name"),
        max_length=MAX_SLUG,
        unique=True,
        validators=[RegexValidator(SLUG, _("Lower-case letters and digits, with single hyphens inside."))],
        help_text=_("Stands before the names of its tools. Agents keep tools by this name."),
    )
    enabled = models.BooleanField(_("enabled"), default=True)
    audience = models.CharField(
        _("who may use it"), max_length=20, choices=Audience.choices, default=Audience.EVERYONE
    )
    people = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name=_("people")
    )
    sealed = models.TextField(blank=True, editable=False)
    tools = models.JSONField(_("tools"), default=no_tools, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        abstract = True
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name
