"""Who may know of whom: in team mode everybody with an account of everybody else; in personal mode nobody."""

from django.conf import settings
from django.db.models import QuerySet

from accounts.models import User


def people_known_to(user: User) -> QuerySet[User]:
    """The people a signed-in person may name and write to, themselves among them."""
    people = User.objects.filter(is_active=True)
    return people.filter(pk=user.pk) if settings.PERSONAL else people
