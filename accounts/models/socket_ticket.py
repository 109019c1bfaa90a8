"""SocketTicket: opens one WebSocket, once and soon, so that no lasting token stands in an address."""

from django.conf import settings
from django.db import models
from uuid_utils.compat import uuid7

from accounts.models.api_key import ApiKey
from accounts.models.token_family import TokenFamily


class SocketTicket(models.Model):
    """Stands for what let its person in when it was made: a session, a family, a key, or being the owner."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    session_hash = models.CharField(max_length=128)
    session_key = models.CharField(max_length=40, blank=True)
    family = models.ForeignKey(TokenFamily, on_delete=models.CASCADE, null=True, related_name="+")
    api_key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, null=True, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.pk)
