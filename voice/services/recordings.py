"""Recordings: keeping what was understood, sending it as a message, dropping it. Each is one transaction."""

from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chat.errors import Conflict, NotFound
from chat.services.messages import Manner, Posted, post_first_message, post_recording
from chat.sounds import Sound
from chat.text import clean_client_id, clean_content
from voice import files
from voice.models import Recording
from voice.place import Place

if TYPE_CHECKING:
    from accounts.models import User
    from voice.audio import Probed


@dataclass(frozen=True)
class Upload:
    """What somebody has said, and where, before anybody has listened to it."""

    actor: "User"
    place: Place
    client_id: str
    data: bytes = field(repr=False)

    @cached_property
    def sha256(self) -> str:
        return sha256(self.data).hexdigest()


def received(upload: Upload) -> Recording | None:
    """What this upload has become before, if it came before: it need not be listened to again.

    Raises Invalid for a client id that is none, NotFound for a place that is not theirs, and Conflict for a
    client id that stands for another recording there.
    """
    clean_client_id(upload.client_id)
    upload.place.agent(upload.actor)
    earlier = Recording.objects.filter(
        owner=upload.actor,
        conversation=upload.place.conversation_id,
        agent=upload.place.agent_id,
        client_id=upload.client_id,
    ).first()
    if earlier is not None and earlier.sha256 != upload.sha256:
        raise Conflict(_("This client id has been used for another message. Send again with a new one."))
    return earlier


def keep_recording(upload: Upload, probed: "Probed", transcript: str) -> Recording:
    """Keeps what was heard until it is sent. The same upload, come twice at once, is kept once.

    Raises what ``received`` raises, and Invalid for a transcript that cannot be a message.
    """
    transcript = clean_content(transcript)
    sound = Sound(files.new_path(probed.kind), probed.seconds, len(upload.data), probed.peaks)
    files.write(sound.path, ContentFile(upload.data))
    try:
        with transaction.atomic():
            upload.place.agent(upload.actor)  # they may have been put out while we listened
            return Recording.objects.create(
                owner=upload.actor,
                conversation_id=upload.place.conversation_id,
                agent_id=upload.place.agent_id,
                client_id=upload.client_id,
                kind=probed.kind,
                sha256=upload.sha256,
                transcript=transcript,
                **sound.to_data(),
            )
    except BaseException as error:
        files.delete(sound.path)
        other = received(upload) if isinstance(error, IntegrityError) else None
        if other is None:
            raise
        return other


@transaction.atomic
def send_recording(
    *,
    actor: "User",
    recording_id: UUID,
    content: str | None = None,
    reply_to: UUID | None = None,
    manner: Manner = Manner.SAID,
) -> Posted:
    """Says it: in the words of ``content``, or in those that were understood. Sent again it is said once.

    Raises NotFound for a recording that is not theirs, and what ``post_recording`` raises.
    """
    recording = _held(actor, recording_id)
    if content is None:
        content = recording.message.content if recording.message else recording.transcript
    if recording.agent_id is not None:
        posted = post_first_message(
            actor=actor,
            agent_id=recording.agent_id,
            content=content,
            client_id=recording.client_id,
            recording=recording.sound,
        )
    else:
        posted = post_recording(
            actor=actor,
            conversation_id=cast(UUID, recording.conversation_id),  # it has one of the two places
            content=content,
            client_id=recording.client_id,
            recording=recording.sound,
            reply_to=reply_to,
            manner=manner,
        )
    recording.message = posted.message
    recording.save(update_fields=["message"])
    return posted


@transaction.atomic
def drop_recording(*, actor: "User", recording_id: UUID) -> None:
    """For good. Raises NotFound, and Conflict for what has been said: it goes with its message."""
    recording = _held(actor, recording_id)
    if recording.message is not None:
        raise Conflict(_("This recording has been sent already."))
    recording.delete()


def _held(actor: "User", recording_id: UUID) -> Recording:
    """The person's recording, which nobody else sends or drops until the transaction ends."""
    held = Recording.objects.select_for_update().filter(pk=recording_id, owner=actor).first()
    if held is None:
        raise NotFound(_("This recording does not exist any more, or is not yours."))
    return held
