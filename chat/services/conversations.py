"""Making conversations and changing what they are called and where they lie."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.errors import Forbidden
from accounts.etags import ANY, Expected, digest
from agents.services.runs import (
    delete_runs,
    hold_runs_of_chat,
    stop_runs,
    stop_runs_of_agent,
)
from agents.services.workspaces import delete_workspace
from chat import dispatch
from chat.errors import Conflict, Invalid
from chat.groups import tell_messages_soon
from chat.lists import conversation_changed, list_changed, lists_changed, tell_of_conversation
from chat.models import Conversation, Membership, Participant
from chat.models.conversation import MAX_TITLE, ConversationKind
from chat.models.membership import MembershipRole
from chat.search_entries import index_title
from chat.selectors import membership_for, people_in
from chat.services.participants import participant_of_agent, participant_of_user
from chat.text import clean_metadata, has_unstorable_characters

if TYPE_CHECKING:
    from accounts.models import User
    from agents.models import Agent


@transaction.atomic
def start_conversation(
    *,
    actor: "User",
    agent: "Agent",
    title: str = "",
    started_by_send: str | None = None,
    metadata: Mapping[str, Any] | None = None,
) -> Conversation:
    """A conversation of the person with the agent, both as members."""
    conversation = Conversation.objects.create(
        agent=agent,
        created_by=actor,
        title=clean_title(title),
        started_by_send=started_by_send,
        metadata=clean_metadata(metadata or {}),
        last_message_at=timezone.now(),
    )
    Membership.objects.bulk_create(
        [
            Membership(
                conversation=conversation, participant=participant_of_user(actor), role=MembershipRole.OWNER
            ),
            Membership(conversation=conversation, participant=participant_of_agent(agent)),
        ]
    )
    if conversation.title:
        index_title(conversation.pk, conversation.title)
    conversation_changed(conversation.pk)
    return conversation


@transaction.atomic
def rename_conversation(*, actor: "User", conversation_id: UUID, title: str) -> Conversation:
    """Raises Invalid for an empty title and NotFound for a conversation that is not theirs."""
    membership = membership_for(actor, conversation_id)
    refuse_unless_theirs(membership)
    conversation = membership.conversation
    conversation.title = clean_title(title)
    if not conversation.title:
        raise Invalid(_("A conversation needs a title."), field="title")
    conversation.save(update_fields=["title", "updated_at"])
    index_title(conversation.pk, conversation.title)
    conversation_changed(conversation.pk)
    return conversation


def clean_title(title: str) -> str:
    """The title on one line. Raises Invalid over 200 characters or with what no database stores."""
    title = " ".join(title.split())
    if len(title) > MAX_TITLE:
        raise Invalid(_("A title has at most %(limit)d characters.") % {"limit": MAX_TITLE}, field="title")
    if has_unstorable_characters(title):
        raise Invalid(_("This title contains characters that cannot be stored."), field="title")
    return title


def edition_of(membership: Membership) -> str:
    """Stands for what the person sets of a conversation; equal where that is equal (accounts/etags.py)."""
    pinned, archived = membership.pinned_at is not None, membership.archived_at is not None
    return digest([membership.conversation.title, pinned, archived])


@transaction.atomic
def change_conversation(
    *,
    actor: "User",
    conversation_id: UUID,
    title: str | None = None,
    pinned: bool | None = None,
    archived: bool | None = None,
    expected: Expected = ANY,
) -> None:
    """Changes what is given. Raises NotFound, Invalid, and ChangedMeanwhile for another edition."""
    expected.check(edition_of(_held(actor, conversation_id)))
    if title is not None:
        rename_conversation(actor=actor, conversation_id=conversation_id, title=title)
    if pinned is not None:
        pin_conversation(actor=actor, conversation_id=conversation_id, pinned=pinned)
    if archived is not None:
        archive_conversation(actor=actor, conversation_id=conversation_id, archived=archived)


def hold_conversations(conversations: QuerySet[Conversation]) -> None:
    """Until the transaction ends nobody else writes in them, nor in the lists of who is in them.

    After ``hold_runs``, and in the order in which whoever writes takes these rows: on PostgreSQL, two who
    take them in different orders wait for each other.
    """
    ids = list(conversations.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
    within = Membership.objects.filter(conversation__in=ids).values("participant")
    people = Participant.objects.filter(pk__in=within).exclude(user=None).order_by("user_id")
    list(people.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))


def _held(actor: "User", conversation_id: UUID) -> Membership:
    """The membership as it is once nobody else can change the conversation, until the transaction ends."""
    membership_for(actor, conversation_id)  # nobody else's is held, not even for a moment
    Conversation.objects.select_for_update().filter(pk=conversation_id).first()
    return membership_for(actor, conversation_id)


def pin_conversation(*, actor: "User", conversation_id: UUID, pinned: bool) -> None:
    _mark(actor, conversation_id, "pinned_at", on=pinned)


def archive_conversation(*, actor: "User", conversation_id: UUID, archived: bool) -> None:
    _mark(actor, conversation_id, "archived_at", on=archived)


@transaction.atomic
def _mark(actor: "User", conversation_id: UUID, field: str, *, on: bool) -> None:
    membership = membership_for(actor, conversation_id)
    setattr(membership, field, timezone.now() if on else None)
    membership.save(update_fields=[field])
    list_changed(actor.pk)


@transaction.atomic
def delete_conversation(*, actor: "User", conversation_id: UUID, expected: Expected = ANY) -> None:
    """Removes the conversation with all that is in it.

    Raises NotFound, ChangedMeanwhile, and what ``refuse_unless_theirs`` raises.
    """
    membership_for(actor, conversation_id)
    hold_runs_of_chat(conversation_id)  # before the conversation: a run that ends takes them in this order
    membership = _held(actor, conversation_id)
    expected.check(edition_of(membership))
    refuse_unless_theirs(membership)
    remove_conversation(conversation=membership.conversation)


def refuse_unless_theirs(membership: Membership) -> None:
    """What several share is not for each of them to rename or delete.

    Raises Conflict for a direct message, and Forbidden for a room of which they are no owner.
    """
    kind = membership.conversation.kind
    if kind == ConversationKind.DIRECT:
        raise Conflict(_("A direct message belongs to both of you. Archive it to have it out of the way."))
    if kind == ConversationKind.ROOM and membership.role != MembershipRole.OWNER:
        raise Forbidden(_("Only an owner of the room can do this."))


@transaction.atomic
def remove_conversation(*, conversation: Conversation) -> None:
    """With its messages, runs and files; runs under way are stopped first. Whoever calls says who may."""
    conversation_id = conversation.pk
    hold_runs_of_chat(conversation_id)
    _stop_and_tell(Conversation.objects.filter(pk=conversation_id), stop_runs(chat_id=conversation_id))
    tell_of_conversation(conversation_id, people_in(conversation_id))
    conversation.delete()
    delete_runs(chat_id=conversation_id)
    delete_workspace(chat_id=conversation_id)
    transaction.on_commit(lambda: tell_messages_soon(conversation_id, []))  # open pages find it gone


def part_with_agent(agent_id: UUID) -> None:
    """What goes with an agent is about to: in the transaction of its deletion, before any row is gone.

    Pages that show one of the conversations are not told one by one; they find it gone within seconds.
    """
    conversations = Conversation.objects.filter(agent_id=agent_id)
    with_it = Membership.objects.filter(participant__agent=agent_id).values("conversation")
    hold_conversations(Conversation.objects.filter(Q(agent_id=agent_id) | Q(pk__in=with_it)))
    _stop_and_tell(conversations, stop_runs_of_agent(agent_id=agent_id))


def _stop_and_tell(conversations: QuerySet[Conversation], run_ids: list[UUID]) -> None:
    for run_id in run_ids:
        transaction.on_commit(partial(dispatch.cancel, run_id))
    lists_changed(conversations)
