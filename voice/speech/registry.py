"""Which engines there are; the only place where speech meets the settings."""

from voice.speech.base import Recogniser, Speaker
from voice.speech.offline import OfflineRecogniser, OfflineSpeaker


def recogniser() -> Recogniser:
    return OfflineRecogniser()


def speaker() -> Speaker:
    return OfflineSpeaker()


def hears_offline() -> bool:
    """Whether what is said is understood here, which is basic."""
    return True


def speaks_offline() -> bool:
    """Whether answers are spoken here, which is basic."""
    return True
