"""What a person may hear."""

import re
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from chat.errors import NotFound
from chat.selectors import is_member
from chat.sounds import Sound
from voice import files
from voice.models import Recording, Speech

if TYPE_CHECKING:
    from accounts.models import User

#: As ``files.new_path`` makes them; nothing else is looked for, in the database or anywhere.
_PATH = re.compile(r"[0-9]{4}/[0-9]{2}/[0-9a-f]{32}\.[a-z0-9]{3,4}")


def sound_for(user: "User", path: str) -> Sound:
    """A sound of a conversation the person is in, or one of theirs that is not sent. Raises NotFound.

    Any, where the admin shows them what it is of. None whose file is lost or damaged.
    """
    found = _sound_at(user, path) if _PATH.fullmatch(path) else None
    if found is None or not files.is_whole(path, found.size):
        raise NotFound(_("This recording does not exist any more, or is not yours."))
    return found


def _sound_at(user: "User", path: str) -> Sound | None:
    stored: Recording | Speech | None = (
        Recording.objects.select_related("message").filter(path=path).first()
        or Speech.objects.select_related("message").filter(path=path).first()
    )
    if stored is None:
        return None
    return stored.sound if _may_hear(user, stored) else None


def _may_hear(user: "User", stored: Recording | Speech) -> bool:
    if stored.message is None:
        mine: bool = isinstance(stored, Recording) and stored.owner_id == user.pk
    else:
        mine = is_member(user, stored.message.conversation_id)
    return mine or (user.is_staff and user.has_perm(f"voice.view_{stored._meta.model_name}"))
