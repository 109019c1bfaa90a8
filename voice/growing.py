"""An MP3 that is written and heard at the same time. Its file has no name, and goes with the process."""

import os
import tempfile
import weakref
from typing import IO

from voice.audio import Mp3Writer
from voice.levels import Levels

#: Bytes that one read gives at most.
PIECE = 32 * 1024


class GrowingMp3:
    """Written by one thread at a time; what is written can be read in any other, from any place on.

    It is there for as long as anybody has a hold of it: who writes, who keeps it, or who still listens.
    """

    def __init__(self) -> None:
        self.file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the last hold of it)
        weakref.finalize(self, self.file.close)
        self.size = 0
        self._writer = Mp3Writer()
        self._levels = Levels()

    @property
    def seconds(self) -> float:
        return self._writer.seconds

    @property
    def peaks(self) -> str:
        return self._levels.peaks

    def feed(self, pcm: bytes) -> None:
        """More sound, at ``SPOKEN_RATE``."""
        self._levels.feed(pcm)
        self._write(self._writer.feed(pcm))

    def finish(self) -> None:
        self._write(self._writer.finish())

    def _write(self, mp3: bytes) -> None:
        while mp3:
            written = os.pwrite(self.file.fileno(), mp3, self.size)
            mp3 = mp3[written:]
            self.size += written

    def read(self, begin: int) -> bytes:
        """What is there from that place on, or the first of it."""
        return os.pread(self.file.fileno(), PIECE, begin)
