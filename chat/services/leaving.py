"""What becomes of the conversations of a person who is removed."""

from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from agents.services.agents import part_with_owner
from agents.services.runs import hold_runs_around, stop_runs_of_person
from chat import dispatch
from chat.lists import lists_changed
from chat.models import Conversation
from chat.models.conversation import ConversationKind
from chat.services.conversations import remove_conversation
from chat.services.members import remove_participant

if TYPE_CHECKING:
    from accounts.models import User


def part_with_person(person: "User") -> None:
    """Before the person is removed, in the transaction of that.

    What they have asked for is stopped. Their agents go, and conversations in which nobody else is, with runs
    and files; a room they leave as anybody does; of a direct message the other one keeps their own words.
    """
    hold_runs_around(person.pk)  # before anything else: a run that ends takes the rows in this order
    part_with_owner(person)
    for run_id in stop_runs_of_person(person_id=person.pk):
        transaction.on_commit(partial(dispatch.cancel, run_id))
    theirs = Conversation.objects.filter(memberships__participant__user=person)
    others = Q(memberships__participant__user__isnull=False) & ~Q(memberships__participant__user=person)
    shared = Conversation.objects.filter(pk__in=theirs).filter(others).distinct()
    for conversation in theirs.exclude(pk__in=shared.values("pk")):
        remove_conversation(conversation=conversation)
    for room in shared.filter(kind=ConversationKind.ROOM):
        remove_participant(actor=person, conversation_id=room.pk, participant_id=person.pk)
    lists_changed(shared.filter(kind=ConversationKind.DIRECT))
