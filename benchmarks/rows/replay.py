"""Playing back a long run: what the server takes to fold it and to draw its frames."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import psutil

from benchmarks.stage import QUIET, folder
from benchmarks.table import Row
from tests.server.process import PLAIN, ROOT, Parley

EVENTS, BAR = 1000, 100
ASKED = 10


def measure(rounds: int) -> Iterator[Row]:
    with folder() as data:
        parley = Parley(data, **QUIET)
        try:
            parley.start().stop()
            path = _fill(data)
            parley.start()
            seconds, size = _asked(parley, path, ASKED * rounds)
        finally:
            parley.kill()
    yield Row(
        f"a run of {EVENTS:,} events, played back: the server's CPU for the whole request",
        f"≤ {BAR} ms",
        f"{seconds * 1000:.0f} ms, {size / 1000:.0f} kB sent",
        seconds * 1000 <= BAR,
    )


def _fill(data: Path) -> str:
    command = [sys.executable, "-m", "benchmarks.long_run", str(EVENTS)]
    environment = {**PLAIN, "DATA_DIR": str(data), "PATH": ""}
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip()


def _asked(parley: Parley, path: str, times: int) -> tuple[float, int]:
    """The CPU seconds of a request after the first, which loads templates, and the bytes of the answer."""
    process = psutil.Process(parley.pid)
    with httpx2.Client(base_url=parley.url, timeout=30) as client:
        client.get(path).raise_for_status()
        before = sum(process.cpu_times()[:2])
        for _ in range(times):
            answer = client.get(path)
        return (sum(process.cpu_times()[:2]) - before) / times, answer.num_bytes_downloaded
