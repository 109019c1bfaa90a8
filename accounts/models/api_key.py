"""ApiKey: what a program of a person's is let in by. The key itself is not stored, only its hash."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7


class Scope(models.TextChoices):
    """What a key may do. ``write`` includes ``read``; acting for others also needs the permission to."""

    READ = "read", _("Read")
    WRITE = "write", _("Read and change")
    ACT_FOR_OTHERS = "act-for-others", _("Act for other people")


class ApiKey(models.Model):
    """Written ``parley_<prefix>_<secret>``: ``prefix`` finds the row, ``secret_hash`` (SHA-256) proves it.

    A fast hash is enough: the secret has 256 random bits, which nobody guesses. ``expires_at`` null is never.
    ``last_used_at`` is exact to a minute.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_keys", verbose_name=_("user")
    )
    name = models.CharField(_("name"), max_length=100)
    prefix = models.CharField(_("prefix"), max_length=12, unique=True, editable=False)
    secret_hash = models.CharField(max_length=64, editable=False)
    scopes = models.JSONField(_("scopes"), default=list)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering: ClassVar = ["-created_at", "-id"]
        permissions: ClassVar = [("act_for_others", _("Can act for other people by the API"))]

    def __str__(self) -> str:
        return f"{self.name} (parley_{self.prefix}_…)"

    @property
    def scope_labels(self) -> list[str]:
        """In words, the widest last; what is included in another is left out."""
        included = {Scope.READ.value} if Scope.WRITE in self.scopes else set()
        return [str(scope.label) for scope in Scope if scope in self.scopes and scope not in included]
