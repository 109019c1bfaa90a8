"""Saying that a person's list of conversations has changed: a version in the database, and a push on commit.

The push may be lost. Whoever shows the list compares the version now and then, and finds it out.
"""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet

from chat.groups import tell_list_soon, tell_people_soon
from chat.models import Conversation, Membership, Participant
from chat.selectors import people_in


def count_change(user_id: UUID) -> None:
    """Called in the transaction that changes the list, by who tells of it himself once it has committed."""
    Participant.objects.filter(user_id=user_id).update(list_version=F("list_version") + 1)


def list_changed(user_id: UUID) -> None:
    """Called in the transaction that changes the list."""
    count_change(user_id)
    transaction.on_commit(lambda: tell_list_soon(user_id))


def lists_changed(conversations: QuerySet[Conversation]) -> None:
    """The same for everybody in the conversations; in one order, so that two deletions never block."""
    members = Membership.objects.filter(conversation__in=conversations).exclude(participant__user=None)
    people = members.order_by("participant__user").values_list("participant__user", flat=True)
    for user_id in people.distinct():
        list_changed(user_id)


def lists_changed_of(people: Collection[UUID]) -> None:
    """The same for the people of one conversation, as ``people_in`` orders them."""
    for user_id in people:
        list_changed(user_id)


def conversation_changed(conversation_id: UUID) -> None:
    """For everybody's list and programs: who is in it, or what it is called, is not as before."""
    people = people_in(conversation_id)
    lists_changed_of(people)
    tell_of_conversation(conversation_id, people)


def tell_of_conversation(conversation_id: UUID, people: Collection[UUID]) -> None:
    """For a program that is in it no longer, or when it is gone, it is null."""
    news = {"kind": "conversation", "conversation_id": str(conversation_id)}
    transaction.on_commit(lambda: tell_people_soon(people, news))


def list_version(user_id: UUID) -> int:
    """Grows with every change; 0 for somebody who has had no conversation yet."""
    versions = Participant.objects.filter(user_id=user_id).values_list("list_version", flat=True)
    return versions.first() or 0
