"""The library of espeak-ng, for the one process that may use it: it keeps its state in globals."""

import ctypes
from collections.abc import Iterator
from typing import Final

import espeakng_loader

#: What speak_lib.h of espeak-ng 1.52 calls them.
_SYNCHRONOUS: Final = 2
_DO_NOT_EXIT: Final = 0x8000
_UTF8: Final = 1
_PAUSE_AT_END: Final = 0x1000
_RATE: Final = 1
_OK: Final = 0
_GO_ON: Final = 0

_HEARS = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)
_SAMPLE = ctypes.sizeof(ctypes.c_short)

#: Words a minute at the usual speed, and the fewest espeak-ng can do.
USUAL_RATE = 175
SLOWEST_RATE = 80

#: Names of the usual speech endpoints, as variants of espeak-ng's voices.
VARIANTS = {"alloy": "", "echo": "m3", "fable": "m7", "onyx": "m1", "nova": "f3", "shimmer": "f2"}
#: Languages that espeak-ng calls otherwise.
CALLED = {"en": "en-us", "zh": "cmn", "no": "nb", "iw": "he", "tl": "en-us"}
LAST_RESORT = "en-us"


class Espeak:
    """``rate`` is how many samples a second it gives."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        data = espeakng_loader.get_data_path().encode()
        self.rate: int = self._library.espeak_Initialize(_SYNCHRONOUS, 0, data, _DO_NOT_EXIT)
        self._said: list[bytes] = []
        self._hears = _HEARS(self._hear)  # kept: the library has only its address
        self._library.espeak_SetSynthCallback(self._hears)

    def say(self, text: str, *, voice: str, language: str, words_a_minute: int) -> bytes:
        """``text`` in mono samples of 16 bit; nothing where there is nothing to say in it."""
        self._said.clear()
        for name in _names(voice, language):
            if self._library.espeak_SetVoiceByName(name.encode()) == _OK:
                break
        self._library.espeak_SetParameter(_RATE, words_a_minute, 0)
        spoken = text.replace("\0", " ").encode()
        self._library.espeak_Synth(spoken, len(spoken) + 1, 0, 0, 0, _UTF8 | _PAUSE_AT_END, None, None)
        return b"".join(self._said)

    def _hear(self, samples: "ctypes._Pointer[ctypes.c_short]", count: int, _events: object) -> int:
        if samples and count > 0:
            self._said.append(ctypes.string_at(samples, count * _SAMPLE))
        return _GO_ON


def _names(voice: str, language: str) -> Iterator[str]:
    """What to ask espeak-ng for, the best first."""
    variant = VARIANTS.get(voice.lower(), "")
    tag = language.lower()
    primary = tag.partition("-")[0]
    for called in (CALLED.get(tag, tag), CALLED.get(primary, primary), LAST_RESORT):
        if called:
            yield f"{called}+{variant}" if variant else called
