"""The people for whom a program acts, made on first sight."""

from django.db import IntegrityError, transaction

from accounts.errors import NoSuchPerson
from accounts.models import ActedFor, User
from accounts.models.acted_for import MAX_EXTERNAL_ID


def person_acted_for(*, account: User, external_id: str) -> User:
    """The person whom the program of this account calls so. Raises NoSuchPerson for what can be no id.

    They cannot sign in: there is no password, and the name of the account is one that nobody types.
    """
    if not (external_id.isprintable() and 0 < len(external_id) <= MAX_EXTERNAL_ID):
        raise NoSuchPerson
    named = ActedFor.objects.select_related("user").filter(account=account, external_id=external_id)
    try:
        return (named.first() or _made(account, external_id)).user
    except IntegrityError:  # another call has made them between our look and our insert
        return named.get().user


@transaction.atomic
def _made(account: User, external_id: str) -> ActedFor:
    user = User(display_name=external_id[:100])
    user.username = f"acted-for-{user.pk.hex}"
    user.set_unusable_password()
    user.save(force_insert=True)
    return ActedFor.objects.create(account=account, external_id=external_id, user=user)


def name_for(account: User, person: User) -> str:
    """How the program of this account calls the person: by the id it gave, or by that of the account."""
    given = ActedFor.objects.filter(account=account, user=person).values_list("external_id", flat=True)
    return (given.first() if person.pk != account.pk else None) or str(person.pk)
