"""One agent turn: take the run, build the transcript, let it run, settle the answer."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.prepared import Prepared
from agents import leases, runner, transcripts
from agents.database import in_database
from agents.engine.messages import ChatMessage, ModelRequest
from agents.eventlog import LogConflict, StoredEvent
from agents.held_runs import Result
from chat.groups import tell_list, tell_people
from chat.lists import count_change
from chat.models import Conversation, Message
from chat.models.conversation import ConversationKind
from chat.models.message import MessageRole, MessageStatus
from chat.search_entries import index_message
from chat.selectors import people_in
from webhooks.outbox import EventType, tell

if TYPE_CHECKING:
    from agents.models import Agent, Run

logger = logging.getLogger(__name__)

#: Characters of ordinary text that one token stands for, near enough to keep within a context.
CHARS_PER_TOKEN = 4


@dataclass(frozen=True)
class Turn:
    """A run that this process holds, what its model is asked, and the first events, if they are new."""

    run: "Run"
    request: ModelRequest
    begun: Sequence[StoredEvent]


async def take(run_id: UUID) -> UUID | None:
    """Runs the turn if it can be claimed, to its end. Returns its chat, or None if it was not ours to run."""
    turn = await in_database(_claimed, run_id)
    return await carry_out(turn) if turn else None


async def carry_out(turn: Turn) -> UUID | None:
    """Runs a turn to its end. Returns its chat, or None when somebody else has got it, or it is gone."""
    run = turn.run
    try:
        parked = partial(_tell, run, "waiting")
        await runner.execute(run, turn.request, partial(_settle, run), turn.begun, parked)
    except LogConflict:
        logger.warning("run %s has another holder, or is gone", run.pk)
        return None
    if run.transcript is None:
        await _tell_members(run)
    return run.chat_id


async def _tell_members(run: "Run") -> None:
    people = await in_database(people_in, run.chat_id)
    for user_id in people:
        await tell_list(user_id)
    news = {"kind": "messages", "conversation_id": str(run.chat_id), "ids": [str(run.answer_id)]}
    await tell_people(people, news)


@transaction.atomic
def _claimed(run_id: UUID) -> Turn | None:
    run = leases.claim(run_id)
    if run is None:
        return None
    Message.objects.filter(pk=run.answer_id).update(
        status=MessageStatus.PROCESSING, updated_at=timezone.now()
    )
    return Turn(run, _transcript(run), () if run.started_at else runner.begin(run))


def of_new(run: "Run") -> Turn:
    """The turn of a run that this process holds from its beginning, in the transaction that stores it."""
    return Turn(run, _transcript(run), runner.begin(run))


def _transcript(run: "Run") -> ModelRequest:
    if run.transcript is not None:
        return transcripts.request_of(run)
    most = run.agent.history_messages
    if _kind_of().first(run.chat_id) != ConversationKind.ROOM:
        return request_for(run.agent, _history(most).all(run.chat_id, run.message_id))
    said = _said_before(run.chat_id, run.message_id)[:most].select_related("sender__user", "sender__agent")
    return request_for(run.agent, [_as_heard(run.agent, message) for message in said])


@cache
def _kind_of() -> Prepared[str]:
    kinds = Conversation.objects.values_list("kind", flat=True)
    return Prepared.of(lambda conversation_id: kinds.filter(pk=conversation_id), UUID)


@lru_cache
def _history(most: int) -> Prepared[tuple[str, str]]:
    """Role and text of a message and those before it, newest first."""
    return Prepared.of(
        lambda within, last: _said_before(within, last).values_list("role", "content")[:most], UUID, UUID
    )


def _said_before(conversation_id: UUID, message_id: UUID) -> QuerySet[Message]:
    before = Message.objects.filter(conversation_id=conversation_id, active=True, pk__lte=message_id)
    return before.exclude(content="").order_by("-id")


def _as_heard(agent: "Agent", message: Message) -> tuple[str, str]:
    """Among several an agent has to know who speaks, and that other agents are not itself."""
    if message.sender.agent_id == agent.pk:
        return MessageRole.ASSISTANT, message.content
    return MessageRole.USER, f"{message.sender}: {message.content}"


def request_for(agent: "Agent", newest_first: Iterable[tuple[str, str]]) -> ModelRequest:
    """The agent's prompt, what was said before the question as far as it fits, and the question.

    ``newest_first`` has role and text, the question first. The prompt and the question are never cut;
    earlier messages are, oldest first, whole messages only.
    """
    budget = agent.context_tokens * CHARS_PER_TOKEN - len(agent.system_prompt)
    kept: list[ChatMessage] = []
    for role, content in newest_first:
        budget -= len(content)
        if kept and budget < 0:
            break
        kept.append(ChatMessage("assistant" if role == MessageRole.ASSISTANT else "user", content))
    return ModelRequest(
        model=agent.model,
        messages=(ChatMessage("system", agent.system_prompt), *reversed(kept)),
        temperature=agent.temperature,
        agent_name=agent.name,
    )


def _settle(run: "Run", result: Result) -> None:
    """Writes the finished answer. Called in the transaction that ends the run; a deleted one is no error."""
    work = result.fold.work()
    changed = Message.objects.filter(pk=run.answer_id, run_id=run.pk).update(
        content=result.fold.text,
        status=MessageStatus(result.status),
        error=result.error,
        processing_time_ms=result.ms_total,
        metadata={"finish": result.finish, "interrupted": result.interrupted, "work": work},
        updated_at=timezone.now(),
    )
    if changed and result.fold.text:
        index_message(run.chat_id, run.answer_id, result.fold.text)
    if run.transcript is not None:
        return  # it belongs to no conversation
    for user_id in people_in(run.chat_id):
        count_change(user_id)
    _tell(run, result.status, **({"error": result.error} if result.error else {}))


#: What webhooks are told of a run by the state it came to.
TOLD = {
    "completed": EventType.MESSAGE_COMPLETED,
    "error": EventType.RUN_FAILED,
    "cancelled": EventType.RUN_CANCELLED,
    "waiting": EventType.RUN_WAITING,
}


def _tell(run: "Run", state: str, **more: str) -> None:
    tell(
        run.owner_id,
        TOLD[state],
        conversation_id=run.chat_id,
        message_id=run.answer_id,
        reply_to=run.message_id,
        run_id=run.pk,
        agent_id=run.agent_id,
        status=state,
        **more,
    )
