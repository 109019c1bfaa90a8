"""From nothing to the first page, again, and what the server does when nobody asks anything."""

import time
from collections.abc import Iterator

import httpx2

from benchmarks.stage import QUIET, cpu_seconds, folder, server
from benchmarks.table import Row, median
from tests.server.process import Parley

#: Seconds of watching an idle server.
IDLE = 10.0


def measure(rounds: int) -> Iterator[Row]:
    first, second = [], []
    for _ in range(rounds):
        with folder() as data:
            first.append(_seconds_to_page(Parley(data, **QUIET)))
            second.append(_seconds_to_page(Parley(data, **QUIET)))
    yield Row(
        "start to first page, empty data folder", "≤ 2.5 s", f"{median(first):.2f} s", median(first) <= 2.5
    )
    yield Row(
        "start to first page, second start", "≤ 2.5 s", f"{median(second):.2f} s", median(second) <= 2.5
    )
    with server() as parley:
        httpx2.get(parley.url).raise_for_status()
        time.sleep(2)  # what the first page has set off
        before = cpu_seconds(parley.pids)
        time.sleep(IDLE)
        part = (cpu_seconds(parley.pids) - before) / IDLE
    yield Row("idle CPU", "< 1 %", f"{part:.1%}", part < 0.01)


def _seconds_to_page(parley: Parley) -> float:
    began = time.perf_counter()
    try:
        parley.launch()
        while not _has_page(parley):
            time.sleep(0.01)
        return time.perf_counter() - began
    finally:
        parley.stop()
        parley.kill()


def _has_page(parley: Parley) -> bool:
    try:
        return httpx2.get(parley.url, timeout=10).status_code == httpx2.codes.OK
    except httpx2.TransportError:
        return False
