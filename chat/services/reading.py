"""Having read what was said."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from chat.lists import list_changed
from chat.selectors import membership_for

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def mark_read(*, actor: "User", conversation_id: UUID) -> datetime:
    """Everything that is there now is read; gives when that was. Raises NotFound."""
    membership = membership_for(actor, conversation_id)
    membership.last_read_at = timezone.now()
    membership.save(update_fields=["last_read_at"])
    list_changed(actor.pk)
    return membership.last_read_at
