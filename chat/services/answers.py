"""Answers: asking for one, again or on; choosing between versions; stopping. Each is one transaction."""

from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from uuid_utils.compat import uuid7

from agents.services.runs import drop_queued, queue_run, stop_runs
from chat import dispatch
from chat.errors import Conflict
from chat.groups import tell_messages_soon
from chat.models import Conversation, Message, Participant
from chat.models.message import MessageRole, MessageStatus
from chat.selectors import membership_for, message_for
from chat.services.participants import participant_of_agent

if TYPE_CHECKING:
    from accounts.models import User
    from agents.models import Agent

LIVE = (MessageStatus.PENDING, MessageStatus.PROCESSING)


def ask_for_answer(actor: "User", conversation: Conversation, question: Message) -> Message:
    """A new pending answer to the question, and a run in the queue that will write it."""
    agent = _agent_of(conversation)
    answer_id = uuid7()
    run = queue_run(
        agent=agent,
        owner=actor,
        chat_id=conversation.pk,
        message_id=question.pk,
        answer_id=answer_id,
    )
    answer = Message.objects.create(
        id=answer_id,
        conversation=conversation,
        sender=_sender_of(agent),
        role=MessageRole.ASSISTANT,
        status=MessageStatus.PENDING,
        parent=question,
        run=run,
    )
    transaction.on_commit(lambda: dispatch.submit(run.pk))
    return answer


def _agent_of(conversation: Conversation) -> "Agent":
    if conversation.agent is None:
        raise Conflict(_("Nobody answers in this conversation."))
    return conversation.agent


def _sender_of(agent: "Agent") -> Participant:
    return getattr(agent, "participant", None) or participant_of_agent(agent)


def tell_changed(conversation_id: UUID, *message_ids: UUID) -> None:
    transaction.on_commit(lambda: tell_messages_soon(conversation_id, list(message_ids)))


@transaction.atomic
def retry_answer(*, actor: "User", conversation_id: UUID, message_id: UUID) -> Message:
    """Asks again for the last answer; the one there was stays as a version beside the new one.

    Raises NotFound, and Conflict while an answer is under way or when it is not the last.
    """
    answer = _last_answer(actor, conversation_id, message_id)
    put_aside(answer)
    fresh = ask_for_answer(actor, answer.conversation, _question_of(answer))
    tell_changed(conversation_id, answer.pk, fresh.pk)
    return fresh


@transaction.atomic
def continue_answer(*, actor: "User", conversation_id: UUID, message_id: UUID) -> Message:
    """Goes on with a cut or stopped last answer, in place: a new run begins with the text there is."""
    answer = _last_answer(actor, conversation_id, message_id)
    if not can_continue(answer):
        raise Conflict(_("This answer is complete."))
    answer.run = queue_run(
        agent=_agent_of(answer.conversation),
        owner=actor,
        chat_id=conversation_id,
        message_id=_question_of(answer).pk,
        answer_id=answer.pk,
        continue_from=answer.content,
    )
    answer.status, answer.error = MessageStatus.PENDING, ""
    answer.save(update_fields=["run", "status", "error", "updated_at"])
    run_id = answer.run.pk
    transaction.on_commit(lambda: dispatch.submit(run_id))
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
def stop_answers(*, actor: "User", conversation_id: UUID) -> None:
    """Stops what is being written in the conversation and what waits to be; what there is stays.

    Raises NotFound. Stopping where nothing is under way is no error: it may have ended a moment ago.
    """
    membership_for(actor, conversation_id)
    for run_id in stop_runs(chat_id=conversation_id):
        if drop_queued(run_id):
            _settle_unbegun(conversation_id, run_id)
        else:
            transaction.on_commit(partial(dispatch.cancel, run_id))


def _settle_unbegun(conversation_id: UUID, run_id: UUID) -> None:
    answer = Message.objects.filter(conversation_id=conversation_id, run_id=run_id).first()
    if answer is not None:
        answer.status = MessageStatus.CANCELLED
        answer.save(update_fields=["status", "updated_at"])
        tell_changed(conversation_id, answer.pk)
