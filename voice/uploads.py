"""A recording in a form, as far as it can be judged before anybody listens."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.requests import files_of
from voice.errors import AudioTooLarge, BadAudio
from voice.place import Place
from voice.services.recordings import Upload

if TYPE_CHECKING:
    from accounts.models import User

FIELD = "audio"
#: Bytes of a form besides the recording.
OVERHEAD = 64 * 1024


def upload_in(request: HttpRequest, actor: "User", place: Place, client_id: str) -> Upload:
    """What the person has sent. Raises NotFound for a place not theirs, and what ``recording_in`` raises."""
    place.agent(actor)  # whoever may not speak there is told so, whatever they send
    return Upload(actor=actor, place=place, client_id=client_id, data=recording_in(request))


def recording_in(request: HttpRequest) -> bytes:
    """The bytes of the recording. Raises AudioTooLarge, where it can without reading it, and BadAudio."""
    declared = request.META.get("CONTENT_LENGTH") or "0"
    if declared.isdigit() and int(declared[:20]) > settings.MAX_AUDIO_BYTES + OVERHEAD:
        raise AudioTooLarge.over(settings.MAX_AUDIO_BYTES)
    files = files_of(request, FIELD)
    if not files:
        raise BadAudio(_("There is no recording. Send one as the file “audio” of a form."))
    file = files[-1]
    if (file.size or 0) > settings.MAX_AUDIO_BYTES:
        raise AudioTooLarge.over(settings.MAX_AUDIO_BYTES)
    data: bytes = file.read()
    return data
