"""What a person may see: conversations, messages, and the lists of them. Each takes who asks."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from accounts.prepared import Prepared
from agents.selectors import agents_for, run_in_chat, runs_of_message
from chat.errors import NotFound
from chat.models import Conversation, Membership, Message
from chat.models.conversation import ConversationKind
from chat.models.message import MessageRole

if TYPE_CHECKING:
    from accounts.models import User
    from agents.models import Run

PAGE = 50


def conversations_of(user: "User") -> QuerySet[Conversation]:
    return Conversation.objects.filter(memberships__participant__user=user)


def last_agent_id(user: "User") -> UUID | None:
    """The agent the person talked with last, if any."""
    recent = conversations_of(user).exclude(agent=None).order_by("-last_message_at")
    return recent.values_list("agent_id", flat=True).first()


def agent_to_talk_with(user: "User") -> UUID:
    """The agent for whoever names none: the one talked with last, or else the first. Raises NotFound."""
    theirs = agents_for(user).values_list("pk", flat=True)
    last = last_agent_id(user)
    found = (theirs.filter(pk=last).first() if last else None) or theirs.order_by("pk").first()
    if found is None:
        raise NotFound(_("There is no agent to talk with yet."))
    return found


def listed_conversations(user: "User") -> QuerySet[Conversation]:
    """The person's conversations, that with the newest activity first."""
    return conversations_of(user).order_by("-last_message_at", "-id")


def message_counts(conversation_ids: Collection[UUID]) -> dict[UUID, int]:
    """How many messages each of the conversations shows; those without any are left out."""
    shown = Message.objects.filter(conversation__in=conversation_ids, active=True).order_by()
    return dict(shown.values_list("conversation_id").annotate(Count("pk")))


def memberships_with(user: "User", agent_id: UUID) -> QuerySet[Membership]:
    """The person's conversations with the agent, that with the newest activity first."""
    theirs = Membership.objects.filter(participant__user=user, conversation__agent=agent_id)
    newest_first = theirs.order_by("-conversation__last_message_at", "-conversation_id")
    return newest_first.select_related("conversation")


def names_of_direct(user: "User", conversations: Iterable[Conversation]) -> dict[UUID, str]:
    """What the direct messages among them are called for that person: by the other one. One query, if any."""
    direct = [one.pk for one in conversations if one.kind == ConversationKind.DIRECT]
    if not direct:
        return {}
    others = Membership.objects.filter(conversation__in=direct).exclude(participant__user=user)
    names = {one.conversation_id: str(one.participant) for one in others.select_related("participant__user")}
    return dict.fromkeys(direct, _("Somebody who is gone")) | names


def people_in(conversation_id: UUID) -> list[UUID]:
    """The ids of the accounts that are in it, always in one order."""
    return _people_in().all(conversation_id)


@cache
def _people_in() -> Prepared[UUID]:
    def query(conversation_id: UUID) -> QuerySet[Any, UUID]:
        members = Membership.objects.filter(conversation_id=conversation_id).exclude(participant__user=None)
        return members.order_by("participant__user").values_list("participant__user", flat=True)

    return Prepared.of(query, UUID)


def first_questions(conversation_ids: Collection[UUID]) -> dict[UUID, Message]:
    """What a person said first in each of the conversations; those in which nobody did are left out."""
    said = Message.objects.filter(conversation=OuterRef("pk"), role=MessageRole.USER, active=True)
    firsts = Conversation.objects.filter(pk__in=conversation_ids).annotate(
        first=Subquery(said.order_by("id").values("pk")[:1])
    )
    messages = Message.objects.filter(pk__in=firsts.values_list("first", flat=True))
    return {message.conversation_id: message for message in messages}


def is_member(user: "User", conversation_id: UUID) -> bool:
    return conversations_of(user).filter(pk=conversation_id).exists()


def check_member(user: "User | UUID", conversation_id: UUID) -> None:
    """Raises NotFound for who is in it no longer."""
    if not Membership.objects.filter(conversation=conversation_id, participant__user=user).exists():
        raise NotFound


def person_in(account: "User", conversation_id: UUID, *, for_others: bool = True) -> "User":
    """As whom the account is in the conversation: itself, or with ``for_others`` somebody it acts for.

    Whether they are in it at all is for whoever asks next: who is not gets the account itself.
    """
    if not for_others or is_member(account, conversation_id):
        return account
    members = Membership.objects.filter(conversation_id=conversation_id).select_related("participant__user")
    acted_for = members.filter(participant__user__acted_for__account=account).order_by("id").first()
    person = acted_for.participant.user if acted_for else None
    return person or account


def membership_for(user: "User", conversation_id: UUID) -> Membership:
    """The person's membership with its conversation, agent and participant, in one query. Raises NotFound."""
    membership = _membership_of().first(conversation_id, user.pk)
    if membership is None:
        raise NotFound
    return membership


@cache
def _membership_of() -> Prepared[Membership]:
    whole = Membership.objects.select_related("conversation__agent__participant", "participant__user")

    def query(conversation_id: UUID, user_id: UUID) -> QuerySet[Membership]:
        return whole.filter(conversation_id=conversation_id, participant__user=user_id)[:1]

    return Prepared.of(query, UUID, UUID)


def message_for(user: "User", conversation_id: UUID, message_id: UUID) -> Message:
    """A message of a conversation the person is in. Raises NotFound."""
    return _found(_message_for().first(message_id, conversation_id, user.pk))


def message_in(conversation_id: UUID, message_id: UUID) -> Message:
    """The same for work of the house, which goes on whoever leaves. Raises NotFound."""
    return _found(_message_in().first(message_id, conversation_id))


def _found(message: Message | None) -> Message:
    if message is None:
        raise NotFound
    return message


@cache
def _message_for() -> Prepared[Message]:
    def query(message_id: UUID, conversation_id: UUID, user_id: UUID) -> QuerySet[Message]:
        theirs = Message.objects.filter(conversation__memberships__participant__user=user_id)
        return _whole_message(theirs, message_id, conversation_id)

    return Prepared.of(query, UUID, UUID, UUID)


@cache
def _message_in() -> Prepared[Message]:
    return Prepared.of(partial(_whole_message, Message.objects.all()), UUID, UUID)


def _whole_message(messages: QuerySet[Message], message_id: UUID, conversation_id: UUID) -> QuerySet[Message]:
    one = messages.filter(pk=message_id, conversation_id=conversation_id)
    return one.select_related("conversation__agent", "sender__agent", "sender__user", "run")[:1]


def run_for(user: "User", conversation_id: UUID, message_id: UUID) -> "Run":
    """The latest run that a message asked for. Raises NotFound, also for a message that asked for none."""
    message_for(user, conversation_id, message_id)
    run = runs_of_message(conversation_id, message_id).first()
    if run is None:
        raise NotFound(_("Nobody was asked to answer this message."))
    return run


def replayable_run(user: "User", conversation_id: UUID, run_id: UUID) -> "Run":
    """A run, with its agent, of a conversation the person is in; of any, where the admin shows them the runs.

    Raises NotFound. Also runs whose answer was put aside, and runs of other agents that a run has asked.
    """
    is_reader = user.is_staff and user.has_perm("agents.view_run")
    run = run_in_chat(conversation_id, run_id)
    if run is None or not (is_reader or conversations_of(user).filter(pk=conversation_id).exists()):
        raise NotFound(_("There is no such run."))
    return run


def run_of_any_chat(user: "User", message_id: UUID, *, for_others: bool = False) -> "Run":
    """The same for a message of whatever conversation the person is in, or who they act for."""
    person, conversation_id = place_of_message(user, message_id, for_others=for_others)
    return run_for(person, conversation_id, message_id)


def place_of_message(user: "User", message_id: UUID, *, for_others: bool = False) -> tuple["User", UUID]:
    """As whom the account is in the conversation of the message, and which that is. Raises NotFound."""
    member = Q(conversation__memberships__participant__user=user)
    if for_others:
        member |= Q(conversation__memberships__participant__user__acted_for__account=user)
    theirs = Message.objects.filter(member, pk=message_id)
    conversation_id = theirs.values_list("conversation_id", flat=True).first()
    if conversation_id is None:
        raise NotFound(_("This message does not exist any more, or is not yours."))
    return person_in(user, conversation_id, for_others=for_others), conversation_id


@dataclass(frozen=True)
class MessagePage:
    """Up to 50 messages, oldest first, and whether there are earlier ones."""

    messages: Sequence[Message]
    has_earlier: bool


def shown_messages(conversation_id: UUID) -> QuerySet[Message]:
    """The messages a page shows, with what a page says of their senders."""
    return active_messages(conversation_id).select_related("conversation", "sender__agent", "sender__user")


def shown_to(user: "User", conversation_id: UUID, message_ids: Collection[UUID]) -> list[Message]:
    """Those of the messages that it shows, oldest first; none for who is not in it, or not any more."""
    if not message_ids:
        return []
    return _shown_to(len(message_ids)).all(conversation_id, user.pk, *message_ids)


@lru_cache
def _shown_to(count: int) -> Prepared[Message]:
    def query(conversation_id: UUID, user_id: UUID, *message_ids: UUID) -> QuerySet[Message]:
        mine = Q(conversation__memberships__participant__user=user_id)
        return shown_messages(conversation_id).filter(mine, pk__in=message_ids).order_by("id")

    return Prepared.of(query, *[UUID] * (2 + count))


def shown_before(conversation_id: UUID, message_id: UUID) -> datetime | None:
    """When the message was written that the conversation shows before this one."""
    return _shown_before().first(conversation_id, message_id)


@cache
def _shown_before() -> Prepared[datetime]:
    def query(conversation_id: UUID, message_id: UUID) -> QuerySet[Any, datetime]:
        before = active_messages(conversation_id).filter(pk__lt=message_id)
        return before.order_by("-id").values_list("created_at", flat=True)[:1]

    return Prepared.of(query, UUID, UUID)


def answers_to(question_ids: Collection[UUID]) -> list[tuple[UUID, UUID]]:
    """Question and answer, oldest first: all versions, also those that are put aside."""
    return _answers_to(len(question_ids)).all(*question_ids)


@lru_cache
def _answers_to(count: int) -> Prepared[tuple[UUID, UUID]]:
    def query(*question_ids: UUID) -> QuerySet[Any, Any]:
        answers = Message.objects.filter(parent__in=question_ids, role=MessageRole.ASSISTANT)
        return answers.order_by("id").values_list("parent_id", "id")

    return Prepared.of(query, *[UUID] * count)


def message_page(conversation_id: UUID, *, before: UUID | None = None, limit: int = PAGE) -> MessagePage:
    """The last messages, or the last before one of them, from the index whatever the length."""
    return _page_of(shown_messages(conversation_id), before, limit)


def active_messages(conversation_id: UUID) -> QuerySet[Message]:
    """Without those that were put aside: other versions, and what was said in other words."""
    return Message.objects.filter(conversation_id=conversation_id, active=True)


def _page_of(messages: QuerySet[Message], before: UUID | None, limit: int) -> MessagePage:
    if before is not None:
        if not messages.filter(pk=before).exists():
            raise NotFound(_("There is no such message."))
        messages = messages.filter(pk__lt=before)
    found = list(messages.order_by("-id")[: limit + 1])
    return MessagePage(messages=found[:limit][::-1], has_earlier=len(found) > limit)
