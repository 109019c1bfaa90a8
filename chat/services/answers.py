"""Answers: asking for one, again or on; choosing between versions; stopping. Each is one transaction."""

from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from accounts.rate_limits import check_send
from agents.leases import next_of
from agents.selectors import may_talk
from agents.services.runs import drop_queued, is_begun, queue_run, stop_runs
from chat import dispatch
from chat.errors import Conflict
from chat.groups import tell_messages_soon
from chat.mentions import first_mentioned
from chat.models import Conversation, Membership, Message, Participant
from chat.models.conversation import ConversationKind
from chat.models.membership import MembershipRole
from chat.models.message import MessageRole, MessageStatus
from chat.selectors import membership_for, message_for, people_in, run_for
from chat.services.participants import participant_of_agent
from chat.sounds import SPEECH

if TYPE_CHECKING:
    from accounts.models import User
    from agents.models import Agent, Run

LIVE = (MessageStatus.PENDING, MessageStatus.PROCESSING)


def agent_for_answer(conversation: Conversation, content: str, reply_to: Message | None) -> "Agent | None":
    """Who answers a message: in a chat with an agent that one; in a room the agent of it that the message
    names first with ``@``, or else that it replies to; otherwise, and between two people, nobody."""
    if conversation.kind != ConversationKind.ROOM:
        return conversation.agent
    if "@" not in content and reply_to is None:
        return None
    members = Participant.objects.filter(memberships__conversation=conversation).exclude(agent=None)
    agents = {one.agent.name: one.agent for one in members.select_related("agent__participant") if one.agent}
    named = first_mentioned(content, agents)
    if named is None and reply_to is not None and reply_to.sender.agent in agents.values():
        return reply_to.sender.agent
    return agents.get(named or "")


def ask_for_answer(actor: "User", agent: "Agent", question: Message) -> Message:
    """A new answer to the question, and the run that will write it: begun where nothing is under way."""
    answer_id = uuid7()
    run = _run_for(actor, agent, question, answer_id)
    return Message.objects.create(
        id=answer_id,
        conversation=question.conversation,
        sender=_sender_of(agent),
        role=MessageRole.ASSISTANT,
        status=_status_of(run),
        parent=question,
        run=run,
    )


def _run_for(
    actor: "User", agent: "Agent", question: Message, answer_id: UUID, *, continue_from: str = ""
) -> "Run":
    """A run in the queue, or held by this process from the beginning: then nobody need look for it.

    Raises TooMany for who asks too often, whatever the door.
    """
    _refuse_unless_shared(actor, question.conversation, agent)
    check_send(actor.pk)
    run = queue_run(
        agent=agent,
        owner=actor,
        chat_id=question.conversation_id,
        message_id=question.pk,
        answer_id=answer_id,
        continue_from=continue_from,
        here=dispatch.is_open(),
    )
    dispatch.set_off(run)
    return run


def _status_of(run: "Run") -> MessageStatus:
    return MessageStatus.PROCESSING if is_begun(run) else MessageStatus.PENDING


def _refuse_unless_shared(actor: "User", conversation: Conversation, agent: "Agent") -> None:
    """Asked anew each time: what was shared when the conversation began may not be any more.

    In a room an owner who may talk with the agent lets everybody do so, there, for as long as it is in it.
    """
    in_room = conversation.kind == ConversationKind.ROOM
    members = Membership.objects.filter(conversation=conversation)
    if in_room and not members.filter(participant__agent=agent).exists():
        raise Conflict(_("This agent is not in the room any more."))
    if may_talk(actor, agent):
        return
    owners = members.filter(role=MembershipRole.OWNER)
    people = [one.participant.user for one in owners.select_related("participant__user")]
    if not (in_room and any(may_talk(person, agent) for person in people if person)):
        raise Conflict(_("This agent is not shared with you any more."))


def _agent_of(answer: Message) -> "Agent":
    if answer.sender.agent is None:
        raise Conflict(_("Nobody answers in this conversation."))
    return answer.sender.agent


def _sender_of(agent: "Agent") -> Participant:
    return getattr(agent, "participant", None) or participant_of_agent(agent)


def tell_changed(conversation_id: UUID, *message_ids: UUID) -> None:
    people = people_in(conversation_id)
    transaction.on_commit(lambda: tell_messages_soon(conversation_id, list(message_ids), people))


@transaction.atomic
def retry_answer(*, actor: "User", conversation_id: UUID, message_id: UUID) -> Message:
    """Asks again for the last answer; the one there was stays as a version beside the new one.

    Raises NotFound, and Conflict while an answer is under way or when it is not the last.
    """
    answer = _last_answer(actor, conversation_id, message_id)
    put_aside(answer)
    fresh = ask_for_answer(actor, _agent_of(answer), _question_of(answer))
    tell_changed(conversation_id, answer.pk, fresh.pk)
    return fresh


@transaction.atomic
def continue_answer(*, actor: "User", conversation_id: UUID, message_id: UUID) -> Message:
    """Goes on with a cut or stopped last answer, in place: a new run begins with the text there is."""
    answer = _last_answer(actor, conversation_id, message_id)
    if not can_continue(answer):
        raise Conflict(_("This answer is complete."))
    agent, question = _agent_of(answer), _question_of(answer)
    answer.run = _run_for(actor, agent, question, answer.pk, continue_from=answer.content)
    answer.status, answer.error = _status_of(answer.run), ""
    answer.metadata.pop(SPEECH, None)  # it ends where the text goes on now
    answer.save(update_fields=["run", "status", "error", "metadata", "updated_at"])
    tell_changed(conversation_id, answer.pk)
    return answer


def can_continue(answer: Message) -> bool:
    """A cut, failed or stopped answer with some text can be gone on with."""
    cut = answer.status in (MessageStatus.ERROR, MessageStatus.CANCELLED) or (
        answer.status == MessageStatus.COMPLETED and answer.metadata.get("finish") == "length"
    )
    return cut and bool(answer.content)


@transaction.atomic
def show_version(*, actor: "User", conversation_id: UUID, message_id: UUID) -> Message:
    """Shows this answer of several to the last question. Raises NotFound and Conflict as retry does."""
    wanted = message_for(actor, conversation_id, message_id)
    shown = Message.objects.filter(parent=wanted.parent_id, role=MessageRole.ASSISTANT, active=True).first()
    if wanted.role != MessageRole.ASSISTANT or shown is None:
        raise Conflict(_("There is no other version to show."))
    _last_answer(actor, conversation_id, shown.pk)
    if shown.pk != wanted.pk:
        put_aside(shown)
        wanted.active = True
        wanted.save(update_fields=["active", "updated_at"])
        tell_changed(conversation_id, shown.pk, wanted.pk)
    return wanted


def _last_answer(actor: "User", conversation_id: UUID, message_id: UUID) -> Message:
    answer = message_for(actor, conversation_id, message_id)
    later = Message.objects.filter(conversation_id=conversation_id, active=True, pk__gt=message_id)
    if answer.role != MessageRole.ASSISTANT or not answer.active or later.exists():
        raise Conflict(_("Only the last answer can be asked for again."))
    refuse_while_answering(conversation_id)
    return answer


def _question_of(answer: Message) -> Message:
    if answer.parent is None:
        raise Conflict(_("This answer has no question."))
    return answer.parent


def refuse_while_answering(conversation_id: UUID) -> None:
    if Message.objects.filter(conversation_id=conversation_id, active=True, status__in=LIVE).exists():
        raise Conflict(_("An answer is under way. Stop it first."))


def put_aside(message: Message) -> None:
    message.active = False
    message.save(update_fields=["active", "updated_at"])


@transaction.atomic
def stop_current_answer(*, actor: "User", conversation_id: UUID, answer_id: UUID | None = None) -> None:
    """Stops what is being written in the conversation; what there is stays, and what waits begins.

    With ``answer_id`` only if that is the one: pressed twice, it means that one twice. Raises NotFound.
    Stopping where nothing is under way is no error: it may have ended a moment ago.
    """
    membership_for(actor, conversation_id)
    live = Message.objects.filter(conversation_id=conversation_id, active=True, status__in=LIVE)
    current = live.order_by("id").first()
    if current is not None and answer_id in (None, current.pk):
        for run_id in stop_runs(chat_id=conversation_id, message_id=current.parent_id):
            stop_run(conversation_id, run_id)


@transaction.atomic
def stop_answer(*, actor: "User", conversation_id: UUID, message_id: UUID) -> None:
    """Stops what answers one message, or waits to. Raises NotFound where ``run_for`` does."""
    run_for(actor, conversation_id, message_id)
    for run_id in stop_runs(chat_id=conversation_id, message_id=message_id):
        stop_run(conversation_id, run_id)


def stop_run(conversation_id: UUID, run_id: UUID) -> None:
    """In the transaction that has asked the run to stop: one that has not begun is dropped."""
    if drop_queued(run_id):
        _settle_unbegun(conversation_id, run_id)
        following = next_of(conversation_id)
        if following is not None:
            dispatch.submit(following)
    else:
        transaction.on_commit(partial(dispatch.cancel, run_id))
        dispatch.submit(run_id)  # one that waited for a person is nobody's: taken once more, it ends


def _settle_unbegun(conversation_id: UUID, run_id: UUID) -> None:
    answer = Message.objects.filter(conversation_id=conversation_id, run_id=run_id).first()
    if answer is not None:
        answer.status = MessageStatus.CANCELLED
        answer.save(update_fields=["status", "updated_at"])
        tell_changed(conversation_id, answer.pk)
