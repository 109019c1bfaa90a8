"""Sounds, for players: the pages' own and those of programs."""

from django.http.response import HttpResponseBase
from ninja import Router

from accounts.requests import ApiRequest
from accounts.schemas import REFUSALS, Problem
from voice.playback import TYPES, playback
from voice.selectors import sound_for

router = Router(tags=["voice"])

_BYTES = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in sorted(set(TYPES.values()))}
_TEXT = {"type": "string"}
AUDIO_SCHEMA = {
    "parameters": [
        {
            "in": "header",
            "name": "Range",
            "schema": _TEXT,
            "description": "One part of the bytes, such as `bytes=0-1023`; several are answered by the whole",
        },
        {
            "in": "header",
            "name": "If-Range",
            "schema": _TEXT,
            "description": "The `ETag` you have a part of; of anything else you get the whole",
        },
    ],
    "responses": {
        200: {"description": "The whole", "content": _BYTES},
        206: {"description": "The part that `Content-Range` names", "content": _BYTES},
        304: {"description": "`If-None-Match` named it"},
        416: {"description": "There is no such part; `Content-Range` says how much there is"},
    },
}


@router.api_operation(["HEAD"], "/audio/{path:path}", url_name="audio", include_in_schema=False)
@router.get(
    "/audio/{path:path}",
    url_name="audio",
    operation_id="get_audio",
    response={200: None, 206: None, 304: None, **REFUSALS, 416: Problem},
    openapi_extra=AUDIO_SCHEMA,
)
def get_audio(request: ApiRequest, path: str) -> HttpResponseBase:
    """A recording, or a message read aloud: `audio_url` and `tts_audio_url` of messages lead here."""
    return playback(request, sound_for(request.user, path))
