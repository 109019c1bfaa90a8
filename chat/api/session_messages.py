"""The messages of a session: a page of them, and saying something."""

from collections.abc import AsyncIterator
from typing import Annotated
from uuid import UUID

from django.http import HttpResponse, StreamingHttpResponse
from ninja import Query, Router

from accounts.requests import ApiRequest
from accounts.schemas import BODY_REFUSALS, MAX_PAGE, REFUSALS, Problem
from chat.api.idempotency import IdempotencyKey, client_id_of
from chat.api.runs import UNBUFFERED
from chat.api.session_schemas import Exchange, MessageIn, MessagePage
from chat.api.session_told import answer_so_far, as_plain_answer, message_told
from chat.awaiting import once_answered
from chat.models import Message
from chat.selectors import PAGE
from chat.services.messages import Manner, Posted, post_message
from chat.streams import Reading, stream
from chat.token_frames import TokenFrames, done_frame
from chat.told import content_told
from chat.told_pages import told_page

router = Router(tags=["sessions"])

EVENTS, JSON = "text/event-stream", "application/json"
#: The other form of the answer, beside the one that a model describes.
STREAM_SCHEMA = {
    "responses": {
        200: {
            "description": "The answer as it is written; or with `Accept: application/json` both messages",
            "content": {
                EVENTS: {
                    "schema": {"type": "string"},
                    "example": 'event: token\ndata: {"content":"Rain "}\n\nevent: done\n'
                    'data: {"message_id":"019a0000-0000-7000-8000-000000000003","full_content":"Rain "}\n\n',
                }
            },
        }
    }
}
Most = Annotated[int, Query(ge=1, le=MAX_PAGE, description="How many at most")]
Before = Annotated[UUID | None, Query(description="The id of a message: those before it")]


@router.get(
    "/sessions/{uuid:session_id}/messages",
    url_name="session_messages",
    operation_id="list_session_messages",
    response={200: MessagePage, **REFUSALS, 422: Problem},
)
def list_session_messages(
    request: ApiRequest, session_id: UUID, limit: Most = PAGE, before: Before = None
) -> HttpResponse:
    """The last messages, or the last before one of them; oldest first."""
    page = told_page(request.user, session_id, before=before, limit=limit)
    return as_plain_answer(
        {
            "messages": [message_told(message) for message in page.messages],
            "has_more": page.has_earlier,
            "total_count": page.total,
        }
    )


@router.post(
    "/sessions/{uuid:session_id}/messages",
    url_name="session_messages",
    operation_id="create_session_message",
    response={200: Exchange, **REFUSALS, 409: Problem, **BODY_REFUSALS},
    openapi_extra=STREAM_SCHEMA,
)
def create_session_message(
    request: ApiRequest, session_id: UUID, payload: MessageIn, idempotency_key: IdempotencyKey = None
) -> HttpResponse | StreamingHttpResponse:
    """Says something, and gives the answer: as it is written, or whole.

    The answer is written to its end whether you read it or not.
    """
    posted = post_message(
        actor=request.user,
        conversation_id=session_id,
        content=payload.content,
        client_id=client_id_of(idempotency_key),
        manner=Manner.ASKED,
    )
    if request.get_preferred_type([EVENTS, JSON]) == JSON:
        return once_answered(request, posted, _exchange)
    return StreamingHttpResponse(_told(request, posted), content_type=EVENTS, headers=UNBUFFERED)


def _exchange(question: Message, answer: Message, _whole: bool) -> HttpResponse:
    return as_plain_answer(
        {"user_message": message_told(question), "assistant_message": answer_so_far(answer)}
    )


def _told(request: ApiRequest, posted: Posted) -> AsyncIterator[bytes]:
    answer = posted.answer
    if answer.run_id is None:
        return _at_once(answer)
    reading = Reading(
        run_id=answer.run_id,
        chat_id=answer.conversation_id,
        message_id=posted.message.pk,
        person_id=request.user.pk,
        admission=request.credential.admission,
        told=TokenFrames(answer.pk),
    )
    return stream(reading)


async def _at_once(answer: Message) -> AsyncIterator[bytes]:
    """An answer whose run is no more, to a message that is sent again."""
    yield done_frame(answer.pk, content_told(answer)).encode()
