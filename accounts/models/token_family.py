"""TokenFamily: one sign-in of a program with a password, and the refresh tokens that followed from it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7


class TokenFamily(models.Model):
    """Access tokens name their family, and hold as long as it does.

    ``session_hash`` is Django's hash of the password as it was: after any other password the family is over.
    ``client`` is what the program called itself. ``expires_at`` moves on with each refresh.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="token_families",
        verbose_name=_("user"),
    )
    client = models.CharField(_("program"), max_length=200, blank=True)
    session_hash = models.CharField(max_length=128, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    refreshed_at = models.DateTimeField(_("last renewed"))
    expires_at = models.DateTimeField(_("expires"))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("sign-in of a program")
        verbose_name_plural = _("sign-ins of programs")
        ordering: ClassVar = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.client or str(self.pk)


class RefreshToken(models.Model):
    """Good for one refresh. A used one is kept until it expires: whoever sends it again has stolen it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    family = models.ForeignKey(TokenFamily, on_delete=models.CASCADE, related_name="tokens")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.pk)
