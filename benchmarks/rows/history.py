"""Opening a long conversation, beside opening a short one."""

import subprocess
import sys
import time
from collections.abc import Iterator

import httpx2

from benchmarks.stage import QUIET, folder
from benchmarks.table import Row, median
from tests.server.process import PLAIN, ROOT, Parley

SHORT, LONG = 50, 5000
OPENED = 20


def measure(rounds: int) -> Iterator[Row]:
    with folder() as data:
        parley = Parley(data, **QUIET)
        try:
            parley.start().stop()
            short, long = fill(data, SHORT), fill(data, LONG)
            parley.start()
            times = _opened(parley.url, [short, long], OPENED * rounds)
        finally:
            parley.kill()
    a, b = (median(times[conversation]) * 1000 for conversation in (short, long))
    figure = f"{b:.0f} ms and {a:.0f} ms, a ratio of {b / a:.2f}"
    yield Row(
        f"opening a conversation of {LONG:,} messages and one of {SHORT}", "the same", figure, b <= a * 1.2
    )


def fill(data, messages: int) -> str:  # type: ignore[no-untyped-def]  # a Path, and a program of ours
    """A conversation of that many messages, written into the data folder; its id."""
    command = [sys.executable, "-m", "benchmarks.long_conversation", str(messages)]
    environment = {**PLAIN, "DATA_DIR": str(data), "PATH": ""}
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.strip()


def _opened(url: str, conversations: list[str], times: int) -> dict[str, list[float]]:
    seconds: dict[str, list[float]] = {conversation: [] for conversation in conversations}
    with httpx2.Client(base_url=url, timeout=30) as client:
        for number in range(times + 2):
            for conversation in conversations:
                began = time.perf_counter()
                client.get(f"/chat/{conversation}/").raise_for_status()
                if number >= 2:  # the first ones fill caches that every later visit finds full
                    seconds[conversation].append(time.perf_counter() - began)
    return seconds
