"""A server on an empty data folder, and the fake model server that it asks; both end with the block."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.server.process import ROOT, Parley, free_port

#: Enough for a log line that something is wrong, and no line a request.
QUIET = {"LOG_LEVEL": "WARNING"}


@contextmanager
def upstream(*, tokens: int, rate: float) -> Iterator[str]:
    """The base URL of a model server: so many tokens an answer, so many a second (0: at once)."""
    port = free_port()
    command = [sys.executable, "-m", "tests.upstream", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--tokens", str(tokens), "--rate", str(rate)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


@contextmanager
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as name:
        yield Path(name) / "data"


@contextmanager
def server(root: Path = ROOT, **settings: str) -> Iterator[Parley]:
    """A server that is ready, on a data folder of its own; that of another checkout by its ``root``."""
    with folder() as data:
        parley = Parley(data, **QUIET, **settings)
        parley.root = root
        try:
            yield parley.start()
        finally:
            parley.kill()


@contextmanager
def on_one_cpu() -> Iterator[None]:
    """What is started meanwhile stays on the last of this process's CPUs, as ``taskset`` would have it."""
    ours = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(ours)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, ours)


def cpu_seconds(pids: Iterable[int]) -> float:
    """What the processes have used so far, in user and kernel mode."""
    times = [psutil.Process(pid).cpu_times() for pid in pids]
    return float(sum(one.user + one.system for one in times))


def resident_megabytes(pids: Iterable[int]) -> float:
    return float(sum(psutil.Process(pid).memory_info().rss for pid in pids)) / 1e6
