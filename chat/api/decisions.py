"""Deciding on what an agent wants to do."""

from typing import Any, Literal
from uuid import UUID

from ninja import Router, Schema
from pydantic import ConfigDict, Field

from accounts.requests import SignedInRequest
from accounts.schemas import BODY_REFUSALS, REFUSALS, Problem, Strict
from agents.changes import storable
from agents.services.approvals import MAX_REASON, Choice
from chat.services.approvals import decide_call

router = Router(tags=["runs"])

_EXAMPLE: dict[str, Any] = {
    "run_id": "019a0000-0000-7000-8000-000000000003",
    "call_id": "call_1",
    "decision": "allow",
}
Decided = Literal["allow", "always", "deny"]


class DecisionIn(Strict):
    """``always`` lets this agent use the tool without asking from now on; that takes an agent of yours."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    run_id: UUID = Field(strict=False, description="The run that asks, of the event `start` or `nested`")
    call_id: str = Field(description="The call, of the event `approval`", max_length=200)
    decision: Decided
    reason: str = Field(
        default="",
        description="Why not, for the agent; of no meaning for what is allowed",
        json_schema_extra={"maxLength": MAX_REASON},
    )


class DecisionOut(Schema):
    """What holds now; the log has it as an event `approval`."""

    chat_id: UUID
    run_id: UUID
    call_id: str
    decision: Decided


@router.post(
    "/chats/{uuid:chat_id}/decisions",
    url_name="decide_call",
    operation_id="decide_call",
    response={200: DecisionOut, **REFUSALS, 409: Problem, **BODY_REFUSALS},
)
def decide(request: SignedInRequest, chat_id: UUID, payload: DecisionIn) -> DecisionOut:
    """Allows or denies a call that waits for a person. The same decision again changes nothing."""
    allowed = payload.decision != "deny"
    decide_call(
        actor=request.user,
        conversation_id=chat_id,
        run_id=payload.run_id,
        call_id=storable(payload.call_id),
        choice=Choice(allowed, always=payload.decision == "always", reason="" if allowed else payload.reason),
    )
    return DecisionOut(
        chat_id=chat_id, run_id=payload.run_id, call_id=payload.call_id, decision=payload.decision
    )
