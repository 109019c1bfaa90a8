"""The picture of a sound that is never in memory whole."""

from array import array

from voice.pcm import SPOKEN_RATE, peaks_of

#: Samples of which the loudest stands for all of them.
WINDOW = SPOKEN_RATE // 50


class Levels:
    def __init__(self) -> None:
        self._rest = b""
        self._loudest = array("h")

    def feed(self, pcm: bytes) -> None:
        """More sound, at ``SPOKEN_RATE``."""
        pcm = self._rest + pcm
        width = WINDOW * self._loudest.itemsize
        whole = len(pcm) // width * width
        self._rest = pcm[whole:]
        samples = array("h", pcm[:whole])
        for begin in range(0, len(samples), WINDOW):
            window = samples[begin : begin + WINDOW]
            self._loudest.append(max(max(window), min(32_767, -min(window))))

    @property
    def peaks(self) -> str:
        """As of ``peaks_of``."""
        return peaks_of(self._loudest.tobytes())
