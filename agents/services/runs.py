"""Asking for a run, and asking one to stop."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone
from uuid_utils.compat import uuid7

from agents.leases import ask_to_stop
from agents.models import Agent, Run
from agents.models.run import LIVE, RunState

if TYPE_CHECKING:
    from accounts.models import User


def queue_run(
    *, agent: Agent, owner: "User", chat_id: UUID, message_id: UUID, answer_id: UUID, continue_from: str = ""
) -> Run:
    """A run in the queue; it begins when nothing older of its chat is under way."""
    return Run.objects.create(
        id=uuid7(),
        agent=agent,
        prompt_version=agent.prompt_versions.order_by("-number").first(),
        owner=owner,
        chat_id=chat_id,
        message_id=message_id,
        answer_id=answer_id,
        continue_from=continue_from,
    )


def stop_runs(*, chat_id: UUID) -> list[UUID]:
    """Asks every live run of the chat to stop; returns their ids, oldest first."""
    run_ids = list(
        Run.objects.filter(chat_id=chat_id, state__in=LIVE).order_by("id").values_list("id", flat=True)
    )
    for run_id in run_ids:
        ask_to_stop(run_id)
    return run_ids


def drop_queued(run_id: UUID) -> bool:
    """Ends a run that nobody has begun, as cancelled; False when somebody has. Its log stays empty."""
    ended = Run.objects.filter(pk=run_id, state=RunState.QUEUED, started_at=None)
    return bool(ended.update(state=RunState.CANCELLED, ended_at=timezone.now()))


def delete_runs(*, chat_id: UUID) -> None:
    """Removes the runs of a chat and their logs; whoever holds one finds its log gone and stops."""
    Run.objects.filter(chat_id=chat_id).delete()
