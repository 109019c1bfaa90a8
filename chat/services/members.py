"""Who is in a conversation: coming, leaving, and telling everybody of it."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import Forbidden
from chat.errors import Conflict, NotFound
from chat.groups import tell_messages_soon, tell_people_soon
from chat.lists import conversation_changed, list_changed, tell_of_conversation
from chat.models import Conversation, Membership, Participant
from chat.models.conversation import ConversationKind
from chat.models.membership import MembershipRole
from chat.selectors import membership_for, people_in
from chat.told import participant_told

if TYPE_CHECKING:
    from accounts.models import User

#: Members of one room.
MOST_MEMBERS = 100


def add_members(
    conversation: Conversation, participants: Iterable[Participant], *, owner: Participant | None = None
) -> list[Participant]:
    """Those who were not in it before. Called in the transaction that makes or changes the conversation."""
    present = set(conversation.memberships.values_list("participant_id", flat=True))
    new = [one for one in {one.pk: one for one in participants}.values() if one.pk not in present]
    if len(present) + len(new) > MOST_MEMBERS:
        raise Conflict(_("A room has at most %(limit)d members.") % {"limit": MOST_MEMBERS})
    now = timezone.now()
    Membership.objects.bulk_create(
        Membership(
            conversation=conversation,
            participant=one,
            role=MembershipRole.OWNER if owner and one.pk == owner.pk else MembershipRole.MEMBER,
            last_read_at=now,  # what was said before somebody came is not news to them
        )
        for one in new
    )
    conversation_changed(conversation.pk)
    return new


@transaction.atomic
def add_participants(
    *, actor: "User", conversation_id: UUID, participants: Sequence[Participant]
) -> Conversation:
    """Adds them to a room of which the actor is an owner. Who is in it already stays as they are.

    Raises NotFound, Forbidden for a member who is no owner, and Conflict for what is no room.
    """
    membership = _room(actor, conversation_id)
    _refuse_unless_owner(membership)
    new = add_members(membership.conversation, participants)
    people = people_in(conversation_id)
    for one in new:
        _tell(people, conversation_id, "joined", one)
    return membership.conversation


@transaction.atomic
def remove_participant(*, actor: "User", conversation_id: UUID, participant_id: UUID) -> None:
    """Takes somebody out of a room: an owner anybody, everybody themselves.

    ``participant_id`` is the person's, the agent's or the participant's own. When the last owner leaves, the
    person who has been in it longest becomes one. Raises NotFound, Forbidden and Conflict.
    """
    membership = _room(actor, conversation_id)
    gone = _member(conversation_id, participant_id)
    if gone.pk != membership.pk:
        _refuse_unless_owner(membership)
    people = people_in(conversation_id)
    gone.delete()
    _hand_on(conversation_id)
    for user_id in people:
        list_changed(user_id)
    _tell(people, conversation_id, "left", gone.participant)
    tell_of_conversation(conversation_id, people)
    transaction.on_commit(lambda: tell_messages_soon(conversation_id, []))  # open pages look who may see it


def _room(actor: "User", conversation_id: UUID) -> Membership:
    """The actor's membership, while nobody else changes who is in the room."""
    membership_for(actor, conversation_id)
    Conversation.objects.select_for_update().filter(pk=conversation_id).first()
    membership = membership_for(actor, conversation_id)
    if membership.conversation.kind != ConversationKind.ROOM:
        raise Conflict(_("Only in rooms people come and go. Open a room with whom you want to talk."))
    return membership


def _refuse_unless_owner(membership: Membership) -> None:
    if membership.role != MembershipRole.OWNER:
        raise Forbidden(_("Only an owner of the room can do this."))


def _member(conversation_id: UUID, participant_id: UUID) -> Membership:
    members = Membership.objects.select_related("participant__user", "participant__agent")
    for field in ("participant", "participant__user", "participant__agent"):
        found = members.filter(**{"conversation_id": conversation_id, field: participant_id}).first()
        if found is not None:
            return found
    raise NotFound(_("This person or agent is not in the conversation."))


def _hand_on(conversation_id: UUID) -> None:
    """A room that nobody could change any more would be of no use to those in it."""
    members = Membership.objects.filter(conversation_id=conversation_id).exclude(participant__user=None)
    if not members.filter(role=MembershipRole.OWNER).exists():
        heir = members.order_by("created_at", "pk").first()
        if heir is not None:
            heir.role = MembershipRole.OWNER
            heir.save(update_fields=["role"])


def _tell(people: Sequence[UUID], conversation_id: UUID, kind: str, participant: Participant) -> None:
    told = participant_told(participant)
    news = {
        "kind": kind,
        "conversation_id": str(conversation_id),
        "participant": told | {"id": str(told["id"])},
    }
    transaction.on_commit(lambda: tell_people_soon(people, news))
