"""Messages of a conversation, whoever is in it."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from django.utils.translation import gettext as _
from ninja import Query, Router
from ninja.responses import Status

from accounts.requests import SignedInRequest
from accounts.schemas import BODY_REFUSALS, MAX_PAGE, REFUSALS, Problem
from chat.api.idempotency import IdempotencyKey, client_id_of
from chat.api.people_schemas import ConversationMessages, NewMessage, PostedOut
from chat.errors import Invalid
from chat.people_told import Told, message_told, posted_told
from chat.selectors import membership_for, shown_messages
from chat.services.messages import Manner, post_message

router = Router(tags=["conversations"])

#: The year 3000, in milliseconds since 1970.
LATEST = 32_503_680_000_000
Page = Annotated[int, Query(ge=1, le=1_000_000, description="Which page, from 1")]
PerPage = Annotated[int, Query(ge=1, le=MAX_PAGE, description="How many on a page")]
Before = Annotated[
    int | None, Query(ge=0, le=LATEST, description="Only earlier ones: milliseconds since 1970")
]
After = Annotated[int | None, Query(ge=0, le=LATEST, description="Only later ones: milliseconds since 1970")]


@router.get(
    "/conversations/{uuid:conversation_id}/messages",
    url_name="conversation_messages",
    operation_id="list_conversation_messages",
    response={200: ConversationMessages, **REFUSALS, 422: Problem},
)
def list_messages(
    request: SignedInRequest,
    conversation_id: UUID,
    page: Page = 1,
    per_page: PerPage = 50,
    before: Before = None,
    after: After = None,
) -> Told:
    """Oldest first within a page. Page 1 has the newest messages; with `after`, the oldest of the later."""
    membership_for(request.user, conversation_id)
    found = shown_messages(conversation_id)
    if before is not None:
        found = found.filter(created_at__lt=_moment(before))
    if after is not None:
        found = found.filter(created_at__gte=_moment(after + 1))
    total, start = found.count(), (page - 1) * per_page
    if after is not None:
        shown = list(found.order_by("id")[start : start + per_page])
    else:
        shown = list(found.order_by("-id")[start : start + per_page])[::-1]
    return {
        "messages": [message_told(one) for one in shown],
        "total": total,
        "page": page,
        "per_page": per_page,
        "has_more": total > start + len(shown),
    }


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


@router.post(
    "/conversations/{uuid:conversation_id}/messages",
    url_name="conversation_messages",
    operation_id="post_conversation_message",
    response={200: PostedOut, 201: PostedOut, **REFUSALS, 409: Problem, **BODY_REFUSALS, 429: Problem},
)
def post(
    request: SignedInRequest,
    conversation_id: UUID,
    payload: NewMessage,
    idempotency_key: IdempotencyKey = None,
) -> Status[Told]:
    """Says something. An agent of a room answers what names it with `@`, or replies to it.

    The same `client_id`, or `Idempotency-Key`, again gives the same message, with 200.
    """
    if payload.message_type in ("Image", "File"):
        raise Invalid(_("Messages are text; files cannot be attached yet."), field="message_type")
    posted = post_message(
        actor=request.user,
        conversation_id=conversation_id,
        content=payload.content,
        client_id=payload.client_id or client_id_of(idempotency_key),
        reply_to=payload.reply_to,
        manner=Manner.ANNOUNCED if payload.message_type == "System" else Manner.SAID,
    )
    return Status(201 if posted.created else 200, posted_told(posted))
