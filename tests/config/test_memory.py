"""A server with many threads has no more than two pools of memory."""

import platform
import subprocess
import sys

import pytest

#: Twelve threads each take a little memory at the same time; malloc_info tells how many pools there are.
MANY_THREADS = """
import ctypes, threading
from config.memory import keep_few_arenas
if {few}: keep_few_arenas()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
together = threading.Barrier(12)
def take():
    together.wait()
    libc.malloc(100)
    together.wait()
threads = [threading.Thread(target=take) for _ in range(12)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
libc.fdopen.restype = ctypes.c_void_p
out = ctypes.c_void_p(libc.fdopen(1, b"w"))
libc.malloc_info(0, out)
libc.fflush(out)
"""


def pools(*, few: bool) -> int:
    program = [sys.executable, "-c", MANY_THREADS.format(few=few)]
    return subprocess.run(program, capture_output=True, text=True, check=True).stdout.count("<heap nr=")


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has a pool for each thread")
def test_twelve_threads_share_two_pools():
    assert pools(few=True) == 2
    assert pools(few=False) > 2
