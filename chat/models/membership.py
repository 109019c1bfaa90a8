"""Membership: who is in a conversation, and what is theirs alone in it (pinned, archived, read up to)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from chat.models.conversation import Conversation
from chat.models.participant import Participant


class MembershipRole(models.TextChoices):
    OWNER = "owner", _("owner")
    MEMBER = "member", _("member")


class Membership(models.Model):
    conversation = models.ForeignKey(
        Conversation, models.CASCADE, related_name="memberships", verbose_name=_("conversation")
    )
    participant = models.ForeignKey(
        Participant, models.CASCADE, related_name="memberships", verbose_name=_("participant")
    )
    role = models.CharField(
        _("role"), max_length=10, choices=MembershipRole.choices, default=MembershipRole.MEMBER
    )
    pinned_at = models.DateTimeField(_("pinned"), null=True, blank=True)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    last_read_at = models.DateTimeField(_("read up to"), null=True, blank=True)
    created_at = models.DateTimeField(_("joined"), auto_now_add=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = (
            models.UniqueConstraint(fields=["conversation", "participant"], name="membership_once"),
        )
        indexes = (models.Index(fields=["participant", "archived_at"], name="membership_of_participant"),)

    def __str__(self) -> str:
        return f"{self.participant_id} in {self.conversation_id}"
