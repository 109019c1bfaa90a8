"""StoredSound: what the row of any sound knows of its file, and that the file goes with the row."""

from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models.signals import post_delete
from django.utils.translation import gettext_lazy as _

from chat.sounds import Sound
from voice import files

MAX_PATH = 100
#: Two hexadecimal digits for each of 64 loudnesses.
PEAKS = 128


class StoredSound(models.Model):
    """``path`` names the file; ``seconds`` long and ``size`` bytes large; ``peaks`` as in chat.sounds."""

    path = models.CharField(_("path"), max_length=MAX_PATH, unique=True)
    seconds = models.FloatField(_("seconds"))
    size = models.PositiveIntegerField(_("size"))
    peaks = models.CharField(max_length=PEAKS)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.path

    @property
    def sound(self) -> Sound:
        return Sound(path=self.path, seconds=self.seconds, size=self.size, peaks=self.peaks)


Stored = TypeVar("Stored", bound=StoredSound)


def bytes_go_along(model: type[Stored]) -> type[Stored]:
    """For a model whose rows mostly go with a message, a conversation, an agent or a person.

    Those belong to other apps, which know nothing of sounds and ask nobody: only the signal of the row tells.
    """
    post_delete.connect(_drop, sender=model, dispatch_uid=f"bytes of {model.__name__}")
    return model


def _drop(*, instance: StoredSound, using: str, **_signal: Any) -> None:
    """Once it is sure that the row is gone. A file that stays behind is found by ``check_audio``."""
    transaction.on_commit(lambda: files.delete(instance.path), using=using, robust=True)
