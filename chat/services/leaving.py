"""What becomes of the conversations of people who are removed."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q, QuerySet

from agents.services.agents import part_with_owner
from agents.services.runs import hold_runs_around, stop_runs_of_person
from agents.services.workspaces import hand_workspace_on
from chat import dispatch
from chat.lists import lists_changed
from chat.models import Conversation, Membership, Message
from chat.models.conversation import ConversationKind
from chat.selectors import people_in
from chat.services.conversations import hold_conversations, remove_conversation
from chat.services.members import remove_participant

if TYPE_CHECKING:
    from accounts.models import User


def hold_for_parting(people: Sequence["User"]) -> None:
    """All that removing them may change: runs, conversations, lists; in the order in which writers do."""
    ids = [person.pk for person in people]
    chats = _around(people).values("pk")
    hold_runs_around(ids, chats)
    hold_conversations(_around(people))


def part_with_person(person: "User") -> None:
    """Before the person is removed, in the transaction of that.

    What they have asked for is stopped. Their agents go, and conversations in which nobody else is, with runs
    and files; a room they leave as anybody does; of a direct message the other one keeps their own words.
    """
    part_with_owner(person)
    said = Message.objects.filter(sender__user=person).values("pk")
    for run_id in stop_runs_of_person(person_id=person.pk, messages=said):
        transaction.on_commit(partial(dispatch.cancel, run_id))
    theirs = Conversation.objects.filter(memberships__participant__user=person)
    of_others = Membership.objects.exclude(participant__user=None).exclude(participant__user=person)
    shared = theirs.filter(pk__in=of_others.values("conversation"))
    for conversation in theirs.exclude(pk__in=shared.values("pk")):
        remove_conversation(conversation=conversation)
    lists_changed(shared.filter(kind=ConversationKind.DIRECT))
    for room in shared.filter(kind=ConversationKind.ROOM):
        remove_participant(actor=person, conversation_id=room.pk, participant_id=person.pk)
        _keep_files(room, person)


def _keep_files(room: Conversation, person: "User") -> None:
    """Of a room that goes on they stay, whoever asked for the first of them."""
    heir = next(iter(people_in(room.pk)))
    hand_workspace_on(chat_id=room.pk, giver_id=person.pk, heir_id=heir)


def _around(people: Sequence["User"]) -> QuerySet[Conversation]:
    """What they are in, or one of their agents is."""
    members = Q(participant__user__in=people) | Q(participant__agent__owner__in=people)
    within = Membership.objects.filter(members).values("conversation")
    return Conversation.objects.filter(Q(pk__in=within) | Q(agent__owner__in=people))
