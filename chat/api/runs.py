"""The run that a message asked for: its events, and its cancelling."""

from typing import Annotated
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from ninja import Header, Router
from ninja.responses import Status

from accounts.requests import ApiRequest
from accounts.schemas import REFUSALS, Problem
from agents.envelopes import as_json
from agents.eventlog import read
from agents.resumption import has_ended_by, seen_up_to
from chat.api.schemas import AnswerStatus, Cancelled, EventOut
from chat.selectors import run_for, run_of_any_chat
from chat.services.answers import stop_answer
from chat.streams import Reading, stream

router = Router(tags=["runs"])

#: No cache keeps a stream, and no proxy holds it back to send it in larger portions.
UNBUFFERED = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
#: What no model describes: the body of a stream.
STREAM_SCHEMA = {
    "responses": {
        200: {
            "description": "Each event as `event: <type>`, `id: <event id>`, `data: <event as JSON>`",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        },
        204: {"description": "The end of the run has been seen: there is nothing more"},
    }
}
#: The status of an answer by the state of its run, where they are spelt differently.
STATUS: dict[str, AnswerStatus] = {"queued": "pending", "running": "processing", "waiting": "processing"}


@router.get(
    "/messages/{uuid:message_id}/events",
    operation_id="list_events",
    response={200: list[EventOut], **REFUSALS, 409: Problem, 422: Problem},
)
def list_events(request: ApiRequest, message_id: UUID, since: str = "") -> HttpResponse:
    """The events of the latest run that the message asked for; with `since`, those after that event."""
    run = run_of_any_chat(request.user, message_id)
    events = read(run.pk, seen_up_to(run, since))
    items = (as_json(stored, chat_id=run.chat_id, message_id=run.message_id) for stored in events)
    return HttpResponse(f"[{','.join(items)}]", content_type="application/json")


@router.get(
    "/chats/{uuid:chat_id}/messages/{uuid:message_id}/stream",
    operation_id="stream_events",
    response={200: None, 204: None, **REFUSALS, 409: Problem, 422: Problem},
    openapi_extra=STREAM_SCHEMA,
)
def stream_events(
    request: ApiRequest,
    chat_id: UUID,
    message_id: UUID,
    since: str = "",
    flat: bool = False,
    last_event_id: Annotated[str, Header(alias="Last-Event-ID")] = "",
) -> StreamingHttpResponse | Status[None]:
    """The events of the latest run that the message asked for, as they come, until its `end`.

    Replays what came after `Last-Event-ID`, or else `since`, and goes on live. With `flat` events have no
    name, for clients that know only messages. 204 where the end has been seen: browsers then stay away.
    """
    run = run_for(request.user, chat_id, message_id)
    after = seen_up_to(run, last_event_id or since)
    if after and has_ended_by(run, after):
        return Status(204, None)
    reading = Reading(run.pk, chat_id, message_id, request.credential.admission, after, flat)
    return StreamingHttpResponse(stream(reading), content_type="text/event-stream", headers=UNBUFFERED)


@router.post(
    "/chats/{uuid:chat_id}/messages/{uuid:message_id}/cancel",
    operation_id="cancel_answer",
    response={202: Cancelled, **REFUSALS},
)
def cancel_answer(request: ApiRequest, chat_id: UUID, message_id: UUID) -> Status[Cancelled]:
    """Stops the answer to the message. What had arrived is kept. What has ended already stays as it is."""
    stop_answer(actor=request.user, conversation_id=chat_id, message_id=message_id)
    state = run_for(request.user, chat_id, message_id).state
    status: AnswerStatus = STATUS.get(state, state)  # type: ignore[arg-type]  # the others are spelt alike
    return Status(202, Cancelled(message_id=message_id, chat_id=chat_id, status=status))
