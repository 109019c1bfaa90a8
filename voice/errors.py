"""Why a recording is not taken, or an answer not spoken: a text for the person, and an HTTP status."""

from django.utils.translation import gettext as _

from accounts.errors import Refused, TooMany
from agents.fallbacks import fallback_for

__all__ = [
    "AudioTooLarge",
    "BadAudio",
    "NotUnderstood",
    "NothingToSay",
    "Refused",
    "SpeechFailed",
    "SpeechStopped",
    "TooManyReadings",
    "Unavailable",
]

MEBIBYTE = 1024 * 1024


class BadAudio(Refused):
    """The bytes are no recording that can be used; the text says what is wrong with them."""

    status = 400
    key = "bad_audio"


class AudioTooLarge(Refused):
    """More bytes than a recording may have."""

    status = 413
    key = "audio_too_large"

    @classmethod
    def over(cls, most: int) -> "AudioTooLarge":
        """With ``most`` in bytes."""
        if most < MEBIBYTE:
            return cls(
                _("The recording has too many bytes: at most %(bytes)d can be sent.") % {"bytes": most}
            )
        size = f"{most / MEBIBYTE:g}"
        return cls(_("The recording is too large: at most %(size)s MB can be sent.") % {"size": size})


class NotUnderstood(Refused):
    """Nothing came of listening: no words in it, or an engine that failed. Nothing is stored of it.

    Another ``text`` than the usual one says more about why.
    """

    status = 422
    key = "stt_failed"

    def __init__(self, text: str = "") -> None:
        super().__init__(text or fallback_for(self.key))

    @property
    def fallback(self) -> str:
        return fallback_for(self.key)


class SpeechFailed(Refused):
    """The text could not be spoken; as text it stands."""

    status = 503
    key = "tts_failed"

    def __init__(self) -> None:
        super().__init__(fallback_for(self.key))

    @property
    def fallback(self) -> str:
        return self.text


class SpeechStopped(Refused):
    """The reading was stopped, or the answer that was read while it was written."""

    status = 409
    key = "speech_stopped"

    def __init__(self) -> None:
        super().__init__(
            _("Reading this message aloud was stopped. Ask again to hear it from the beginning.")
        )


class Unavailable(Refused):
    """It is not the recording: this server cannot listen to it now. ``retry_after`` as of TooMany."""

    status = 503
    key = "service_unavailable"

    def __init__(self, retry_after: int) -> None:
        super().__init__(fallback_for(self.key))
        self.retry_after = retry_after


class NothingToSay(Refused):
    status = 422
    key = "nothing_to_say"

    def __init__(self) -> None:
        super().__init__(_("There are no words in this message that could be read aloud."))


class TooManyReadings(TooMany):
    """For the person, or for this server; those under way are done in a while."""

    key = "too_many_readings"

    def __init__(self) -> None:
        super().__init__(retry_after=10)
        self.text = _("Too many messages are being read aloud. Try again in a moment.")
