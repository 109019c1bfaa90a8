"""A message read aloud, for players: the pages' own and those of programs."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field

from accounts.api_access import may_act_for_others
from accounts.later import LaterResponse
from accounts.requests import ApiRequest
from accounts.schemas import REFUSALS, Problem
from chat.selectors import place_of_message
from chat.streams import check_place
from voice.listening import MP3, Listener, way_to
from voice.readings import leave, read_aloud
from voice.switch import check_on
from voice.telling import Telling, telling_of

router = Router(tags=["voice"])

ADDRESS = "/messages/{uuid:message_id}/speech"
#: What a reading can be refused with besides, until its first sound.
FAILURES = {409: Problem, 422: Problem, 429: Problem, 503: Problem}
LISTEN_SCHEMA: dict[str, Any] = {
    "responses": {
        200: {
            "description": "The sound from its beginning, as it is made",
            "content": {MP3: {"schema": {"type": "string", "format": "binary"}}},
        },
        302: {"description": "It is kept, at `Location`, where parts of it can be had as well"},
    }
}


class SpeechOut(Schema):
    """``completed`` once it is kept; else it is under way."""

    message_id: UUID
    status: str = Field(description="`processing` or `completed`")
    tts_audio_url: str | None = Field(description="Where it is kept")


@router.api_operation(["HEAD"], ADDRESS, url_name="speech", include_in_schema=False)
@router.get(
    ADDRESS,
    url_name="speech",
    operation_id="hear_message",
    response={200: None, 302: None, **REFUSALS, **FAILURES},
    openapi_extra=LISTEN_SCHEMA,
)
def hear(request: ApiRequest, message_id: UUID) -> HttpResponseBase:
    """Reads the message aloud, as MP3: the first sound comes with the first sentence, also of an answer that
    is still being written. It is made once, for all who listen, and kept when it is whole.

    A connection that breaks before the end tells that the rest could not be spoken.
    """
    listener, telling = _listener(request, message_id)
    if telling.kept:
        return way_to(telling.kept)
    if request.method == "HEAD":
        return HttpResponse(content_type=MP3)
    check_place(request.user.pk)
    return LaterResponse(request, listener.answer)


@router.post(
    ADDRESS,
    url_name="speech",
    operation_id="make_speech",
    response={200: SpeechOut, 202: SpeechOut, **REFUSALS, 429: Problem},
)
def make(request: ApiRequest, message_id: UUID) -> HttpResponseBase | Status[SpeechOut]:
    """Has the message read aloud without hearing it; ask again to learn where it is kept."""
    listener, telling = _listener(request, message_id)
    if telling.kept:
        return Status(200, _told(message_id, telling.kept.url))

    async def begin() -> HttpResponse:
        read_aloud(listener.person, listener.conversation_id, message_id)
        return HttpResponse(
            _told(message_id, None).model_dump_json(), status=202, content_type="application/json"
        )

    return LaterResponse(request, begin)


@router.delete(ADDRESS, url_name="speech", operation_id="stop_speech", response={204: None, **REFUSALS})
def stop(request: ApiRequest, message_id: UUID) -> HttpResponseBase:
    """Stops reading, unless others want to hear it too or somebody is just hearing it, also you. What is kept
    stays.
    """
    listener, _telling = _listener(request, message_id)

    async def end() -> HttpResponse:
        leave(listener.person.pk, message_id)
        return HttpResponse(status=204)

    return LaterResponse(request, end)


def _listener(request: ApiRequest, message_id: UUID) -> tuple[Listener, Telling]:
    check_on()
    acts = may_act_for_others(request)
    person, conversation_id = place_of_message(request.user, message_id, for_others=acts)
    listener = Listener(person, request.credential.admission, conversation_id, message_id)
    return listener, telling_of(conversation_id, message_id)


def _told(message_id: UUID, url: str | None) -> SpeechOut:
    return SpeechOut(message_id=message_id, status="completed" if url else "processing", tts_audio_url=url)
