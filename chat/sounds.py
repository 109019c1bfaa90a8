"""Sound: what a message keeps of its recording or of its spoken form. The bytes lie elsewhere."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

#: In a message's ``metadata``: what a person said, and how any message sounds when it is read aloud.
RECORDING, SPEECH = "recording", "speech"


@dataclass(frozen=True)
class Sound:
    """``path`` is generated and names the bytes; ``seconds`` long and ``size`` bytes large.

    ``peaks`` draws the picture of the level: 64 loudnesses from 0 to 255, two hexadecimal digits each.
    """

    path: str
    seconds: float
    size: int
    peaks: str

    @property
    def url(self) -> str:
        """Where members of the conversation hear it, with a page or with a program."""
        return f"/api/audio/{self.path}"

    def to_data(self) -> dict[str, Any]:
        """As it is kept with a message."""
        return asdict(self)

    @classmethod
    def from_data(cls, kept: Mapping[str, Any]) -> Self:
        return cls(**kept)


def recording_of(metadata: Mapping[str, Any]) -> Sound | None:
    """What the person said, where they spoke."""
    return _kept(metadata, RECORDING)


def speech_of(metadata: Mapping[str, Any]) -> Sound | None:
    """The message read aloud, where somebody has had it read."""
    return _kept(metadata, SPEECH)


def _kept(metadata: Mapping[str, Any], name: str) -> Sound | None:
    kept = metadata.get(name)
    return Sound.from_data(kept) if kept else None
