"""The rows of sounds. Their bytes lie in files, and go with them."""

from voice.models.recording import Recording
from voice.models.speech import Speech

__all__ = ["Recording", "Speech"]
