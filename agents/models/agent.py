"""Agent: a prompt, a model and its parameters, with a name people talk to."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinLengthValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

MAX_STARTERS = 4
#: A language by its code, perhaps with a region or a script: the part of BCP 47 that speech engines know.
LANGUAGE = r"^([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)?$"
MAX_LANGUAGE = 35


def empty_list() -> list[str]:
    """The default of the JSON list fields; a named function because migrations refer to it."""
    return []


def empty_dict() -> dict[str, str]:
    """The default of the tool policies, named for the same reason."""
    return {}


class Visibility(models.TextChoices):
    PRIVATE = "private", _("Only me")
    GROUP = "group", _("Groups chosen below")
    EVERYONE = "everyone", _("Everyone here")


class Agent(models.Model):
    """One agent. ``model`` is empty for the configured default and ``offline`` for the built-in one.

    ``tool_policies`` has ``run``, ``ask`` or ``never`` by the name of a tool where it is not the default.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="agents",
        verbose_name=_("owner"),
    )
    name = models.CharField(_("name"), max_length=100)
    description = models.CharField(_("description"), max_length=300, blank=True)
    system_prompt = models.TextField(_("system prompt"), validators=[MinLengthValidator(1)])
    model = models.CharField(_("model"), max_length=200, blank=True)
    temperature = models.FloatField(
        _("temperature"), default=0.7, validators=[MinValueValidator(0.0), MaxValueValidator(2.0)]
    )
    history_messages = models.PositiveIntegerField(
        _("messages sent as history"), default=20, validators=[MinValueValidator(1), MaxValueValidator(200)]
    )
    context_tokens = models.PositiveIntegerField(
        _("context budget in tokens"),
        default=8000,
        validators=[MinValueValidator(500), MaxValueValidator(2_000_000)],
    )
    tools = models.JSONField(_("tools"), default=empty_list, blank=True)
    tool_policies = models.JSONField(_("what tools may do"), default=empty_dict, blank=True)
    voice = models.CharField(_("voice"), max_length=100, default="alloy")
    speech_speed = models.FloatField(
        _("speed of speech"), default=1.0, validators=[MinValueValidator(0.25), MaxValueValidator(4.0)]
    )
    language = models.CharField(
        _("language of speech"),
        max_length=MAX_LANGUAGE,
        blank=True,
        validators=[
            RegexValidator(LANGUAGE, _("Write a language such as “de” or “pt-BR”, or leave it empty."))
        ],
    )
    starters = models.JSONField(_("conversation starters"), default=empty_list, blank=True)
    visibility = models.CharField(
        _("visibility"), max_length=20, choices=Visibility.choices, default=Visibility.PRIVATE
    )
    groups = models.ManyToManyField("auth.Group", blank=True, related_name="agents", verbose_name=_("groups"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("agent")
        verbose_name_plural = _("agents")
        ordering = (Lower("name"), "id")
        indexes = (models.Index(fields=["owner", "visibility"], name="agent_owner_visibility"),)

    def __str__(self) -> str:
        return self.name
