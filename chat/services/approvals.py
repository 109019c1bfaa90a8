"""Deciding on what an agent wants to do in a conversation."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from agents.services import approvals
from agents.services.approvals import Choice
from chat import dispatch
from chat.selectors import membership_for

if TYPE_CHECKING:
    from accounts.models import User


@transaction.atomic
def decide_call(*, actor: "User", conversation_id: UUID, run_id: UUID, call_id: str, choice: Choice) -> None:
    """Allows or denies a call; when it was the last that the run waits for, the run goes on.

    Deciding the same again is no error. Raises NotFound, Conflict for what is decided or asked no more,
    and Invalid for a reason that is too long.
    """
    membership_for(actor, conversation_id)
    ready = approvals.decide_call(
        actor=actor, chat_id=conversation_id, run_id=run_id, call_id=call_id, choice=choice
    )
    if ready is not None:
        dispatch.submit(ready)
