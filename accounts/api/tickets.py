"""Tickets for WebSockets."""

from ninja import Router, Schema
from pydantic import ConfigDict, Field

from accounts.requests import ApiRequest
from accounts.schemas import Problem
from accounts.services.socket_tickets import LASTS, make_ticket

router = Router(tags=["auth"])


class Ticket(Schema):
    model_config = ConfigDict(json_schema_extra={"example": {"ticket": "ticket_0a1b…", "expires_in": 30}})

    ticket: str = Field(description="For `token` in the address of one WebSocket")
    expires_in: int = Field(description="Seconds in which to open it")


@router.post(
    "/auth/socket-ticket",
    operation_id="create_socket_ticket",
    response={200: Ticket, 401: Problem, 403: Problem},
)
def create_socket_ticket(request: ApiRequest) -> Ticket:
    """Opens one WebSocket, once, for the caller: what lasts longer should not stand in an address."""
    ticket = make_ticket(user=request.user, credential=request.credential)
    return Ticket(ticket=ticket, expires_in=int(LASTS.total_seconds()))
