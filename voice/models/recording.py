"""Recording: what a person said, from the moment it was understood."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from voice.models.stored_sound import StoredSound, bytes_go_along


@bytes_go_along
class Recording(StoredSound):
    """Said in ``conversation``, or to ``agent`` where a conversation begins with it.

    ``message`` is what became of it; a recording that nobody has sent has none, and is its owner's alone.
    ``kind`` is the container that the bytes were found to be, ``sha256`` a digest of them, and ``transcript``
    what was understood.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="recordings",
        db_index=False,  # the constraints begin with it
        verbose_name=_("owner"),
    )
    conversation = models.ForeignKey(
        "chat.Conversation",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("conversation"),
    )
    agent = models.ForeignKey(
        "agents.Agent", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("agent")
    )
    message = models.OneToOneField(
        "chat.Message", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("message")
    )
    client_id = models.CharField(_("client id"), max_length=100)
    kind = models.CharField(_("kind"), max_length=10)
    sha256 = models.CharField(max_length=64)
    transcript = models.TextField(_("transcript"))

    class Meta:
        verbose_name = _("recording")
        verbose_name_plural = _("recordings")
        constraints = (
            # No NULL is equal to another: each holds for the recordings that have its place.
            models.UniqueConstraint(
                fields=["owner", "conversation", "client_id"], name="recording_client_id_once"
            ),
            models.UniqueConstraint(fields=["owner", "agent", "client_id"], name="recording_begins_once"),
            models.CheckConstraint(
                condition=models.Q(conversation=None, agent__isnull=False)
                | models.Q(conversation__isnull=False, agent=None),
                name="recording_has_one_place",
            ),
        )
