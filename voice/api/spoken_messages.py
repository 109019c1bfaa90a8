"""Saying something aloud: the recording comes in a form, and is understood before it is stored."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Router

from accounts.errors import Refused
from accounts.later import LaterResponse
from accounts.requests import ApiRequest
from accounts.schemas import BODY_REFUSALS, REFUSALS, Problem, form_with
from agents.database import act, in_database
from chat.api.idempotency import IdempotencyKey, client_id_of
from chat.api.people_schemas import PostedOut
from chat.api.session_told import answer_so_far, as_answer, message_told
from chat.awaiting import until_answered
from chat.errors import Conflict
from chat.people_told import posted_told
from chat.selectors import message_for
from chat.services.messages import Manner, Posted
from voice.api.schemas import SpokenExchange
from voice.hearing import hear
from voice.place import Place
from voice.readings import spoken
from voice.services.recordings import Upload, send_recording
from voice.switch import check_on
from voice.uploads import FIELD, upload_in

if TYPE_CHECKING:
    from accounts.models import User

router = Router(tags=["voice"])

FORM_SCHEMA = form_with(
    FIELD,
    {
        "type": "string",
        "format": "binary",
        "description": "WebM, Ogg, MP3, WAV or M4A with somebody's voice; "
        "what it is called and said to be does not matter",
    },
)
UNHEARD = {**REFUSALS, 409: Problem, **BODY_REFUSALS, 429: Problem, 503: Problem}


@router.post(
    "/sessions/{uuid:session_id}/voice",
    url_name="session_voice",
    operation_id="create_spoken_message",
    response={200: SpokenExchange, **UNHEARD},
    openapi_extra=FORM_SCHEMA,
)
def create_spoken_message(
    request: ApiRequest, session_id: UUID, idempotency_key: IdempotencyKey = None
) -> LaterResponse:
    """Says something aloud, and gives both messages once it is answered and the answer is read aloud.

    400 for a recording that is none, is silent or too long, 413 for one that is too large, and 422 where
    nobody could understand it: then nothing is stored.
    """
    upload = _upload(request, session_id, idempotency_key)
    if upload.place.agent(request.user) is None:
        raise Conflict(_("Nobody answers in this conversation."))
    user, admission = request.user, request.credential.admission

    async def answer() -> HttpResponse:
        recording = await hear(upload)
        posted = await act(send_recording, actor=user, recording_id=recording.pk, manner=Manner.ASKED)
        whole = await until_answered(admission, posted)
        notice = await _read_aloud(user, posted) if whole else None
        return await in_database(_exchange, user, posted, notice)

    return LaterResponse(request, answer)


async def _read_aloud(user: "User", posted: Posted) -> str | None:
    """Has the answer read aloud, if it is one. Why it was not, where somebody would have heard it."""
    conversation_id = posted.message.conversation_id
    answer = await in_database(message_for, user, conversation_id, posted.answer.pk)
    if answer.error or not answer.content:
        return None
    try:
        await spoken(user, conversation_id, answer.pk)
    except Refused as refused:
        return refused.text
    return None


def _upload(request: ApiRequest, conversation_id: UUID, idempotency_key: str | None) -> Upload:
    check_on()
    place = Place(conversation_id=conversation_id)
    return upload_in(request, request.user, place, client_id_of(idempotency_key))


def _exchange(user: "User", posted: Posted, notice: str | None) -> HttpResponse:
    """As they are by now."""
    conversation_id = posted.message.conversation_id
    question = message_for(user, conversation_id, posted.message.pk)
    answer = message_for(user, conversation_id, posted.answer.pk)
    told = {"user_message": message_told(question), "assistant_message": answer_so_far(answer)}
    return as_answer({**told, "notice": notice})


@router.post(
    "/conversations/{uuid:conversation_id}/voice",
    url_name="conversation_voice",
    operation_id="post_spoken_message",
    response={200: PostedOut, 201: PostedOut, **UNHEARD},
    openapi_extra=FORM_SCHEMA,
)
def post_spoken_message(
    request: ApiRequest, conversation_id: UUID, idempotency_key: IdempotencyKey = None
) -> LaterResponse:
    """Says something aloud to whoever is in the conversation. Nobody's answer is waited for.

    The same `Idempotency-Key` again gives the same message, with 200.
    """
    upload = _upload(request, conversation_id, idempotency_key)

    async def answer() -> HttpResponse:
        recording = await hear(upload)
        return await act(_posted, request.user, recording.pk)

    return LaterResponse(request, answer)


def _posted(user: "User", recording_id: UUID) -> HttpResponse:
    posted = send_recording(actor=user, recording_id=recording_id)
    answer = as_answer(posted_told(posted))
    answer.status_code = 201 if posted.created else 200
    return answer
