"""Speaking in a page. What was recorded is sent by a script, so it is told in JSON what went wrong."""

from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.later import LaterResponse
from accounts.requests import SignedInRequest
from agents.database import act
from chat.services.messages import Posted
from chat.views.refusals import says_why
from chat.views.said import begun, said
from voice.hearing import hear
from voice.models import Recording
from voice.place import Place
from voice.refusals import says_why_in_json
from voice.services.recordings import drop_recording, send_recording
from voice.switch import check_on
from voice.uploads import upload_in


@require_POST
@says_why_in_json
def speak(request: SignedInRequest, conversation_id: UUID) -> HttpResponse:
    return _heard(request, Place(conversation_id=conversation_id))


@require_POST
@says_why_in_json
def start(request: SignedInRequest) -> HttpResponse:
    """Begins a conversation with an agent by speaking to it."""
    return _heard(request, Place(agent_id=_uuid(request.POST.get("agent", ""))))


def _uuid(raw: str) -> UUID | None:
    try:
        return UUID(raw)
    except ValueError:
        return None


def _heard(request: SignedInRequest, place: Place) -> LaterResponse:
    """Once it is understood: the transcript to look over, where the settings say so, or the message."""
    check_on()
    upload = upload_in(request, request.user, place, request.POST.get("client_id", ""))

    async def answer() -> HttpResponseBase:
        recording = await hear(upload)
        if settings.VOICE_REVIEW and recording.message_id is None:
            return _to_look_over(recording)
        return await act(_said, request, recording.pk, None)

    return LaterResponse(request, answer)


def _to_look_over(recording: Recording) -> HttpResponse:
    """``url`` is where it is dropped, and below it where it is sent."""
    return JsonResponse(
        {
            "recording_id": str(recording.pk),
            "transcript": recording.transcript,
            "url": reverse("voice:recording", args=[recording.pk]),
            "audio_url": recording.sound.url,
            "seconds": recording.seconds,
            "peaks": recording.peaks,
        }
    )


def _said(request: SignedInRequest, recording_id: UUID, content: str | None) -> HttpResponse:
    posted: Posted = send_recording(actor=request.user, recording_id=recording_id, content=content)
    is_first = Recording.objects.filter(pk=recording_id, conversation=None).exists()
    return begun(request, posted) if is_first else said(request, posted)


@require_POST
@says_why
def send(request: SignedInRequest, recording_id: UUID) -> HttpResponse:
    """Says what was recorded, in the words of the form."""
    check_on()
    return _said(request, recording_id, request.POST.get("content"))


@require_http_methods(["DELETE"])
@says_why
def drop(request: SignedInRequest, recording_id: UUID) -> HttpResponse:
    """What was recorded and not sent is not kept any longer."""
    drop_recording(actor=request.user, recording_id=recording_id)
    return HttpResponse(status=204)
