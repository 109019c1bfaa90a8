"""How the C library keeps memory for the threads of this process."""

import ctypes
from contextlib import suppress

#: ``M_ARENA_MAX`` of glibc's malloc.h, and how many arenas are enough: one thread at a time runs Python.
ARENA_MAX, ARENAS = -8, 2


def keep_few_arenas() -> None:
    """Has glibc serve all threads from two pools, where it would give each thread one of its own.

    What a thread frees stays in its pool, so a dozen threads hold a dozen times the peak of one. To be called
    before there are threads; other C libraries have no such thing, and then nothing changes.
    """
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(ARENA_MAX, ARENAS)
