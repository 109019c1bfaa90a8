"""SearchEntry: the text that search looks through: a title, or a message. Kept by who writes these.

SQLite indexes it with FTS5 (triggers of the migration), PostgreSQL with a GIN index over ``to_tsvector``.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from chat.models.conversation import Conversation
from chat.models.message import Message


class SearchEntry(models.Model):
    """``message`` is empty for the entry of the conversation's title."""

    id = models.BigAutoField(primary_key=True)
    conversation = models.ForeignKey(
        Conversation, models.CASCADE, related_name="search_entries", verbose_name=_("conversation")
    )
    message = models.OneToOneField(
        Message, models.CASCADE, null=True, blank=True, related_name="search_entry", verbose_name=_("message")
    )
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        constraints = (
            models.UniqueConstraint(
                fields=["conversation"], condition=models.Q(message=None), name="search_entry_one_title"
            ),
        )

    def __str__(self) -> str:
        return self.text[:50]
