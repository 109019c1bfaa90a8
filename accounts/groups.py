"""The groups of people, which agents are shared with."""

from django.contrib.auth.models import Group
from django.db.models import QuerySet

from accounts.models import User


def groups_for(user: User) -> QuerySet[Group]:
    """The groups a person may share with: their own, for staff all."""
    groups = Group.objects.order_by("name")
    return groups if user.is_staff else groups.filter(user=user)
