"""Who may know of whom: in team mode everybody with an account of everybody else; in personal mode nobody."""

from django.conf import settings
from django.db.models import Q, QuerySet

from accounts.models import User


def people_known_to(user: User) -> QuerySet[User]:
    """The people a signed-in person may name and write to, themselves among them.

    Whom a program acts for, such as a customer of its site, is known to its account only: the others would
    read the names of strangers, and write to somebody who cannot sign in.
    """
    people = User.objects.filter(is_active=True)
    if settings.PERSONAL:
        return people.filter(pk=user.pk)
    return people.filter(Q(acted_for=None) | Q(acted_for__account=user))
