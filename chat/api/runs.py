"""The run that a message asked for: its events, and its cancelling."""

from typing import Annotated
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from ninja import Header, Query, Router
from ninja.responses import Status

from accounts.api_access import may_act_for_others
from accounts.requests import ApiRequest
from accounts.schemas import REFUSALS, Problem
from agents.envelopes import as_json
from agents.eventlog import read
from agents.resumption import has_ended_by, seen_up_to
from chat.api.callers import person_of_chat
from chat.api.schemas import AnswerStatus, Cancelled, EventOut
from chat.listings import Listing, listed
from chat.selectors import run_for, run_of_any_chat
from chat.services.answers import stop_answer
from chat.streams import Reading, check_place, stream

router = Router(tags=["runs"])

#: Rows of the log that are read at once for a list.
ROWS = 200
MostEvents = Annotated[int | None, Query(ge=1, le=1000, description="How many at most; without one all")]

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
def list_events(
    request: ApiRequest, message_id: UUID, since: str = "", limit: MostEvents = None
) -> HttpResponse | StreamingHttpResponse:
    """The events of the latest run that the message asked for; with `since`, those after that event.

    All of them, or with `limit` the first of them. A long log comes in pieces.
    """
    run = run_of_any_chat(request.user, message_id, for_others=may_act_for_others(request))
    after = seen_up_to(run, since)
    events = read(run.pk, after, most_rows=limit or ROWS)
    items = [as_json(stored, chat_id=run.chat_id, message_id=run.message_id) for stored in events]
    if limit or len(events) < ROWS:
        return HttpResponse(f"[{','.join(items[:limit])}]", content_type="application/json")
    listing = Listing(run.pk, run.chat_id, run.message_id, items, events[-1].seq)
    return StreamingHttpResponse(listed(listing), content_type="application/json")


@router.get(
    "/chats/{uuid:chat_id}/messages/{uuid:message_id}/stream",
    operation_id="stream_events",
    response={200: None, 204: None, **REFUSALS, 409: Problem, 422: Problem, 429: Problem},
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
    person = person_of_chat(request, chat_id)
    run = run_for(person, chat_id, message_id)
    after = seen_up_to(run, last_event_id or since)
    if after and has_ended_by(run, after):
        return Status(204, None)
    check_place(request.user.pk)
    reading = Reading(run.pk, chat_id, message_id, person.pk, request.credential.admission, after, flat)
    return StreamingHttpResponse(stream(reading), content_type="text/event-stream", headers=UNBUFFERED)


@router.post(
    "/chats/{uuid:chat_id}/messages/{uuid:message_id}/cancel",
    operation_id="cancel_answer",
    response={202: Cancelled, **REFUSALS},
)
def cancel_answer(request: ApiRequest, chat_id: UUID, message_id: UUID) -> Status[Cancelled]:
    """Stops the answer to the message. What had arrived is kept. What has ended already stays as it is."""
    person = person_of_chat(request, chat_id)
    stop_answer(actor=person, conversation_id=chat_id, message_id=message_id)
    state = run_for(person, chat_id, message_id).state
    status: AnswerStatus = STATUS.get(state, state)  # type: ignore[arg-type]  # the others are spelt alike
    return Status(202, Cancelled(message_id=message_id, chat_id=chat_id, status=status))
