"""Asking for a run, and asking one to stop."""

from collections.abc import Collection
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from uuid_utils.compat import uuid7

from accounts.prepared import Prepared
from agents import leases
from agents.eventlog import end_unbegun
from agents.models import Agent, PromptVersion, Run
from agents.models.run import LIVE, RunState
from agents.transcripts import Transcript

if TYPE_CHECKING:
    from accounts.models import User


def queue_run(  # noqa: PLR0913 (each is one thing that a run has, and most have a default)
    *,
    agent: Agent,
    owner: "User | None",
    chat_id: UUID,
    message_id: UUID,
    answer_id: UUID,
    continue_from: str = "",
    transcript: Transcript | None = None,
    here: bool = False,
) -> Run:
    """A run in the queue; it begins when nothing older of its chat is under way.

    With ``here`` this process holds it from the beginning where nothing is: then its state is running.
    """
    run = Run(
        id=uuid7(),
        agent=agent,
        prompt_version_id=_newest_version().first(agent.pk),
        owner=owner,
        chat_id=chat_id,
        message_id=message_id,
        answer_id=answer_id,
        continue_from=continue_from,
        transcript=transcript.stored() if transcript else None,
    )
    if not (here and leases.hold_new(run)):
        run.save(force_insert=True)
    return run


@cache
def _newest_version() -> Prepared[UUID]:
    """The id of an agent's prompt as it is now."""

    def query(agent_id: UUID) -> QuerySet[Any, UUID]:
        versions = PromptVersion.objects.filter(agent=agent_id)
        return versions.order_by("-number").values_list("pk", flat=True)[:1]

    return Prepared.of(query, UUID)


def is_begun(run: Run) -> bool:
    return run.state == RunState.RUNNING


def stop_runs(*, chat_id: UUID, message_id: UUID | None = None) -> list[UUID]:
    """Asks the live runs of the chat to stop, or those of one message; returns their ids, oldest first.

    One that waits for a person goes back into the queue: whoever takes it ends it.
    """
    live = Run.objects.filter(chat_id=chat_id, state__in=LIVE)
    if message_id is not None:
        live = live.filter(message_id=message_id)
    return _stop(live)


def stop_runs_of_agent(*, agent_id: UUID) -> list[UUID]:
    """Asks every live run of the agent to stop, in whichever chat; returns their ids, oldest first."""
    return _stop(Run.objects.filter(agent_id=agent_id, state__in=LIVE))


def stop_runs_of_person(*, person_id: UUID, messages: QuerySet[Any, Any]) -> list[UUID]:
    """Asks every live run to stop that they have asked for, or that answers one of the messages (their ids).

    Returns the ids of the runs, oldest first.
    """
    theirs = Q(owner_id=person_id) | Q(message_id__in=messages)
    return _stop(Run.objects.filter(theirs, state__in=LIVE))


def _stop(live: QuerySet[Run]) -> list[UUID]:
    run_ids = list(live.order_by("id").values_list("id", flat=True))
    for run_id in run_ids:
        leases.ask_to_stop(run_id)
        leases.wake(run_id)
    return run_ids


@transaction.atomic
def drop_queued(run_id: UUID) -> bool:
    """Ends a run that nobody has begun, as cancelled; False when somebody has. Its log is its end alone."""
    unbegun = Run.objects.filter(pk=run_id, state=RunState.QUEUED, started_at=None)
    dropped = bool(unbegun.update(state=RunState.CANCELLED, ended_at=timezone.now()))
    if dropped:
        end_unbegun(run_id, Run.objects.values_list("answer_id", flat=True).get(pk=run_id))
    return dropped


def hold_runs(runs: QuerySet[Run]) -> None:
    """Until the transaction ends nothing is written of these; what is being written is waited for.

    For whoever is about to delete them, before anything else: PostgreSQL would find an event without its run.
    """
    live = runs.filter(state__in=LIVE).order_by("pk")
    list(live.select_for_update().values_list("pk", flat=True))


def hold_runs_of_chat(chat_id: UUID) -> None:
    hold_runs(Run.objects.filter(chat_id=chat_id))


def hold_runs_around(people: Collection[UUID], chats: QuerySet[Any, Any]) -> None:
    """Those that these people have asked for, those of their agents, and those in the chats."""
    theirs = Agent.objects.filter(owner__in=people)
    hold_runs(Run.objects.filter(Q(owner__in=people) | Q(agent__in=theirs) | Q(chat_id__in=chats)))


@transaction.atomic
def delete_runs(*, chat_id: UUID) -> None:
    """Removes the runs of a chat and their logs; whoever holds one finds its log gone and stops."""
    hold_runs_of_chat(chat_id)
    Run.objects.filter(chat_id=chat_id).delete()
