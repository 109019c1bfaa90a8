"""What should go together and does not: files, their rows, and what these are of."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from chat.services.speech import keep_speech
from chat.sounds import speech_of
from voice import files
from voice.models import Recording, Speech

#: Nothing that takes so long is still being stored.
SETTLED = timedelta(hours=1)
#: Who has not sent a recording by then has forgotten it, or has sent it from somewhere else.
FORGOTTEN = timedelta(days=1)


@dataclass(frozen=True)
class Orphans:
    """``files``, ``lost`` and ``damaged`` are paths: of files that no row knows, of recordings that have no
    file, and of those whose file has another number of bytes than was stored.

    ``unsent`` recordings became no message within a day. ``stale`` speeches have no whole file, or are of a
    text that has changed: whoever wants to hear it has it spoken again.
    """

    files: list[str]
    lost: list[str]
    damaged: list[str]
    unsent: list[Recording]
    stale: list[Speech]

    def __bool__(self) -> bool:
        return bool(self.files or self.lost or self.damaged or self.unsent or self.stale)


def find_orphans() -> Orphans:
    """Everything is looked at; what comes or goes meanwhile is no orphan."""
    there = set(files.all_paths())
    lost: list[str] = []
    damaged: list[str] = []
    known = set()
    for path, size in Recording.objects.values_list("path", "size").iterator():
        known.add(path)
        if not files.is_whole(path, size) and Recording.objects.filter(path=path).exists():
            (damaged if files.exists(path) else lost).append(path)
    stale = []
    for speech in Speech.objects.select_related("message").iterator(chunk_size=500):
        known.add(speech.path)
        if speech_of(speech.message.metadata) != speech.sound or not files.is_whole(speech.path, speech.size):
            stale.append(speech)
    unsent = Recording.objects.filter(message=None, created_at__lt=timezone.now() - FORGOTTEN)
    return Orphans(
        files=sorted(path for path in there - known if _is_settled(path)),
        lost=sorted(lost),
        damaged=sorted(damaged),
        unsent=list(unsent.order_by("pk")),
        stale=stale,
    )


def _is_settled(path: str) -> bool:
    try:
        return files.changed_at(path) < timezone.now() - SETTLED
    except FileNotFoundError:
        return False


def remove_orphans(orphans: Orphans) -> None:
    """All but what is lost or damaged: it may be in a backup, and its message says that there was something
    to hear.
    """
    for path in orphans.files:
        files.delete(path)
    Recording.objects.filter(pk__in=[one.pk for one in orphans.unsent], message=None).delete()
    for speech in orphans.stale:
        with transaction.atomic():
            if speech_of(speech.message.metadata) == speech.sound:
                keep_speech(message_id=speech.message_id, sound=None)
            Speech.objects.filter(pk=speech.pk, path=speech.path).delete()
