"""Who may join the team, and as what; and what goes with who is removed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.errors import Forbidden
from accounts.models import Ownership, User
from accounts.services.invitations import accept_invitation


class SignUpClosed(Forbidden):
    """Nobody joins this way; what was stored for it is to be rolled back."""

    key = "sign_up_closed"

    def __init__(self) -> None:
        super().__init__(_("Nobody can sign up here without an invitation."))


def has_no_owner() -> bool:
    """Whether whoever signs up next would own this installation."""
    return not Ownership.objects.exists() and not User.objects.filter(is_superuser=True).exists()


def sign_up_is_open() -> bool:
    """Whether somebody without an invitation may sign up; the very first may, unless all is closed."""
    return settings.SIGN_UP == "open" or (settings.SIGN_UP == "invitation" and has_no_owner())


def admit_member(*, user: User, token: str = "", vouched: bool = False) -> None:
    """Says what somebody who has just signed up may be, by the token of their invitation if they have one.

    ``vouched``: whoever they have an account with may send us people.
    Called in the transaction that has stored them, so that whoever may not be here never was. Raises
    SignUpClosed.
    """
    if settings.SIGN_UP == "closed" and not vouched:
        raise SignUpClosed
    if accept_invitation(user=user, token=token) or _claim_ownership(user):
        return
    if settings.SIGN_UP != "open" and not vouched:
        raise SignUpClosed


def _claim_ownership(user: User) -> bool:
    """Makes the first who signs up the owner: of many at once, the one whose row comes to be."""
    if User.objects.filter(is_superuser=True).exists():
        return False
    try:
        with transaction.atomic():
            Ownership.objects.create(owner=user)
    except IntegrityError:
        return False
    user.is_staff = user.is_superuser = True
    user.save(update_fields=["is_staff", "is_superuser"])
    return True


def invitations_are_taken() -> bool:
    """Whether an invitation is good for anything here."""
    return settings.SIGN_UP != "closed"


@dataclass(frozen=True)
class Parting:
    """What another app does in the transaction that removes people.

    ``hold`` takes the rows that ``part`` will change, of all these people at once. Only then it is certain
    who is still there.
    """

    hold: Callable[[Sequence[User]], None]
    part: Callable[[User], None]


_partings: list[Parting] = []


def before_removal(parting: Parting) -> None:
    if parting not in _partings:
        _partings.append(parting)


@transaction.atomic
def remove_people(people: Sequence[User]) -> None:
    """All or none, with their agents, what they said, and what only they could see.

    Whoever calls says who may. Of somebody who is gone meanwhile there is nothing to do.
    """
    for parting in _partings:
        parting.hold(people)
    there = User.objects.filter(pk__in=[person.pk for person in people]).order_by("pk")
    for person in there.select_for_update(no_key=True):
        for parting in _partings:
            parting.part(person)
        person.delete()
