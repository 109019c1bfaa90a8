"""Why a recording is not taken, or an answer not spoken: a text for the person, and an HTTP status."""

from accounts.errors import Refused
from agents.fallbacks import fallback_for

__all__ = ["AudioTooLarge", "BadAudio", "NotUnderstood", "Refused", "SpeechFailed"]


class BadAudio(Refused):
    """The bytes are no recording that can be used; the text says what is wrong with them."""

    status = 400
    key = "bad_audio"


class AudioTooLarge(Refused):
    """More bytes than a recording may have."""

    status = 413
    key = "audio_too_large"


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
