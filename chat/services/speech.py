"""What a message sounds like, kept with it."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from chat.errors import NotFound
from chat.models import Message
from chat.services.answers import tell_changed
from chat.sounds import SPEECH, Sound


@transaction.atomic
def keep_speech(*, message_id: UUID, sound: Sound | None) -> None:
    """From now on this is the message read aloud, or None is. Pages and programs that show it are told.

    Whoever calls says who may. Raises NotFound where the message is gone: then nobody needs the bytes.
    """
    message = Message.objects.select_for_update().filter(pk=message_id).first()
    if message is None:
        raise NotFound(_("This message does not exist any more, or is not yours."))
    message.metadata.pop(SPEECH, None)
    if sound is not None:
        message.metadata[SPEECH] = sound.to_data()
    message.save(update_fields=["metadata", "updated_at"])
    tell_changed(message.conversation_id, message.pk)
