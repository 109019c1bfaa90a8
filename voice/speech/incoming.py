"""Speech as servers send it: samples, as they were asked for, or a file of some kind all the same."""

import struct

from voice.audio import kind_of
from voice.decoding import speech_in
from voice.pcm import SAMPLE, SPOKEN_RATE

#: Bytes after which it is clear what comes: a fiftieth of a second.
HEAD = 1024
#: Bytes that one text can become, ten minutes of samples. A server that does not stop is not listened to.
MOST = 600 * SPOKEN_RATE * SAMPLE

#: A WAV file of what was asked for: PCM, mono, its rate, bytes a second, bytes a sample, bits.
_AS_ASKED = struct.pack("<HHIIHH", 1, 1, SPOKEN_RATE, SPOKEN_RATE * SAMPLE, SAMPLE, 8 * SAMPLE)


class NoSound(Exception):
    """What came is not speech; the text says why, for the log."""


class Incoming:
    """One answer of a server. Samples are passed on as they come, a file is decoded when it is whole.

    ``declared`` is the type that the server gives it. It is believed in one case: samples can begin as a
    frame of MP3 does.
    """

    def __init__(self, declared: str) -> None:
        self._may_be_mp3 = "mp" in declared
        self._total = 0
        self._head: bytes | None = b""
        self._half = b""
        self._file: bytearray | None = None

    def feed(self, chunk: bytes) -> bytes:
        """The samples that can be played now. Raises NoSound."""
        self._total += len(chunk)
        if self._total > MOST:
            raise NoSound("it does not end")
        if self._head is not None:
            self._head += chunk
            return self._begin() if len(self._head) >= HEAD else b""
        return self._go_on(chunk)

    async def finish(self) -> bytes:
        """The rest. Raises NoSound, and BadAudio or Unavailable for a file that is not decoded."""
        rest = self._begin() if self._head is not None else b""
        if not self._total:
            raise NoSound("nothing came")
        return rest if self._file is None else await speech_in(bytes(self._file))

    def _begin(self) -> bytes:
        head, self._head = self._head or b"", None
        if (samples := _start_of_samples(head)) is not None:
            return self._go_on(head[samples:])
        kind = kind_of(head)
        if kind and (kind != "mp3" or self._may_be_mp3 or head.startswith(b"ID3")):
            self._file = bytearray()
        return self._go_on(head)

    def _go_on(self, chunk: bytes) -> bytes:
        if self._file is not None:
            self._file += chunk
            return b""
        chunk = self._half + chunk
        whole = len(chunk) // SAMPLE * SAMPLE
        self._half = chunk[whole:]
        return chunk[:whole]


def _start_of_samples(head: bytes) -> int | None:
    """Where they begin in a WAV file that has just those that were asked for, with nothing to be decoded."""
    if kind_of(head) != "wav" or head[20:36] != _AS_ASKED:
        return None
    data = head.find(b"data", 36)
    return data + 8 if data >= 0 else None
