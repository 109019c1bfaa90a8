"""Inviting people, and what an invitation is good for."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import Refused
from accounts.groups import groups_for
from accounts.models import Invitation, Role, User

TOKEN_BYTES = 32
MAX_DAYS = 90


class NoSuchInvitation(Refused):
    status = 404
    key = "not_found"

    def __init__(self) -> None:
        super().__init__(_("There is no such invitation."))


class MayNotInvite(Refused):
    """Somebody who may not invite at all, or not as that."""

    status = 422
    key = "may_not_invite"

    def __init__(self) -> None:
        super().__init__(_("You may not invite somebody as that, or to that group."))


@dataclass(frozen=True)
class Invited:
    """``token`` is what the link holds; it is nowhere else."""

    invitation: Invitation
    token: str


def roles_for(user: User) -> list[Role]:
    """As what the person may invite others: nobody makes more of somebody than they are themselves."""
    if user.is_superuser:
        return list(Role)
    return [Role.MEMBER] if user.is_staff else []


def invitations_for(user: User) -> QuerySet[Invitation]:
    """Those that nobody has accepted yet: one's own, for owners all."""
    waiting = Invitation.objects.filter(accepted_at=None).select_related("created_by")
    if user.is_superuser:
        return waiting
    return waiting.filter(created_by=user) if user.is_staff else waiting.none()


@transaction.atomic
def invite(
    *, actor: User, role: str = Role.MEMBER, email: str = "", groups: Collection[Group] = (), days: int = 7
) -> Invited:
    """An invitation for one person. Raises MayNotInvite."""
    wanted = {group.pk for group in groups}
    if role not in roles_for(actor) or not 1 <= days <= MAX_DAYS:
        raise MayNotInvite
    if groups_for(actor).filter(pk__in=wanted).count() != len(wanted):
        raise MayNotInvite
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation = Invitation.objects.create(
        token_hash=_hash_of(token),
        email=email.lower(),
        role=role,
        created_by=actor,
        expires_at=timezone.now() + timedelta(days=days),
    )
    invitation.groups.set(wanted)
    return Invited(invitation, token)


@transaction.atomic
def revoke_invitation(*, actor: User, invitation_id: UUID) -> None:
    """Raises NoSuchInvitation, also for one that has been accepted, or is not theirs."""
    deleted, _counts = invitations_for(actor).filter(pk=invitation_id).select_related(None).delete()
    if not deleted:
        raise NoSuchInvitation


def good_invitation(token: str) -> Invitation | None:
    """The invitation of this token, if it can still be accepted: whoever made it must still be allowed to."""
    if not token:
        return None
    found = Invitation.objects.select_related("created_by").filter(
        token_hash=_hash_of(token), accepted_at=None, expires_at__gt=timezone.now()
    )
    invitation = found.first()
    if invitation is None or not invitation.created_by.is_active:
        return None
    return invitation if invitation.role in roles_for(invitation.created_by) else None


def accept_invitation(*, user: User, token: str) -> bool:
    """Makes the person what the invitation says; False where it is good for nobody, or not for this address.

    Called in the transaction that stores the person. Of two who accept it at once, one does.
    """
    invitation = good_invitation(token)
    if invitation is None or (invitation.email and invitation.email != user.email.lower()):
        return False
    waiting = Invitation.objects.filter(pk=invitation.pk, accepted_at=None)
    if not waiting.update(accepted_at=timezone.now(), accepted_by=user):
        return False
    user.is_superuser = invitation.role == Role.OWNER
    user.is_staff = invitation.role in (Role.STAFF, Role.OWNER)
    user.save(update_fields=["is_staff", "is_superuser"])
    user.groups.set(invitation.groups.all())
    return True


def _hash_of(token: str) -> str:
    """No salt and no stretching: it is 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()
