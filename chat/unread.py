"""What a member has not read yet; the same for the page's list and for programs."""

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from chat.models import Message


def unread_messages() -> QuerySet[Message]:
    """For a query over memberships: said by others, or ended, since the member last looked."""
    since_said = Q(created_at__gt=OuterRef("last_read_at"))
    since_ended = Q(updated_at__gt=OuterRef("last_read_at"), role="assistant")
    messages = Message.objects.filter(
        since_said | since_ended, conversation=OuterRef("conversation"), active=True
    )
    return messages.exclude(sender=OuterRef("participant"))


def unread_count() -> Coalesce:
    counted = unread_messages().order_by().values("conversation").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)
