"""Speech: a message read aloud, made once and kept."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from voice.models.stored_sound import StoredSound, bytes_go_along


@bytes_go_along
class Speech(StoredSound):
    """``voice`` is the name of the voice that spoke. Whether it still is the speech, the message says."""

    message = models.OneToOneField(
        "chat.Message", models.CASCADE, related_name="+", verbose_name=_("message")
    )
    voice = models.CharField(_("voice"), max_length=100)

    class Meta:
        verbose_name = _("speech")
        verbose_name_plural = _("speeches")
