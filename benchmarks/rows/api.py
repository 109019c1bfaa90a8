"""The API on one process: a page of messages, and what waiting for an answer costs beyond the answer."""

import asyncio
import time
from collections.abc import Iterator, Sequence

import httpx2

from benchmarks.rows.history import fill
from benchmarks.stage import QUIET, cpu_seconds, folder, on_one_cpu
from benchmarks.table import Row, median
from tests.server.process import Parley

MESSAGES, PAGES, AT_ONCE, POSTS = 200, 2000, 4, 30
WHOLE = {"Accept": "application/json"}


def measure(rounds: int) -> Iterator[Row]:
    with folder() as data:
        parley = Parley(data, **QUIET, OFFLINE_DELAY="0", API_RATE="0")
        try:
            parley.start().stop()
            session = fill(data, MESSAGES)
            parley.start()
            place = f"/api/sessions/{session}/messages"
            rates, costs = zip(*(_pages(parley, place) for _ in range(rounds)), strict=True)
            more = [_beyond_the_answer(parley.url, session) for _ in range(rounds)]
            parley.stop()
            with on_one_cpu():
                parley.start()
            pinned_rates, pinned_costs = zip(*(_pages(parley, place) for _ in range(rounds)), strict=True)
        finally:
            parley.kill()
    yield _rate("pages of 50 messages by the API, one process", rates, costs)
    yield _rate("the same, kept on one CPU", pinned_rates, pinned_costs)
    yield Row(
        "a blocking POST beyond its answer",
        "≤ 15 ms",
        f"{median(more) * 1000:.0f} ms",
        median(more) * 1000 <= 15,
    )


def _rate(what: str, rates: Sequence[float], costs: Sequence[float]) -> Row:
    rate, cost = median(rates), median(costs)
    return Row(what, "≥ 400/s", f"{rate:.0f}/s, {cost * 1000:.1f} ms of CPU each", rate >= 400)


def _pages(parley: Parley, place: str) -> tuple[float, float]:
    """Pages a second, and seconds of the server's CPU for each."""
    asyncio.run(_ask(parley.url, place, 100))  # fills caches
    used, began = cpu_seconds(parley.pids), time.perf_counter()
    asyncio.run(_ask(parley.url, place, PAGES))
    took = time.perf_counter() - began
    return PAGES / took, (cpu_seconds(parley.pids) - used) / PAGES


async def _ask(url: str, place: str, times: int) -> None:
    """By plain connections: a client with comfort takes longer than the server."""
    host, port = url.removeprefix("http://").split(":")
    request = f"GET {place} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode()

    async def reader() -> None:
        reads, writes = await asyncio.open_connection(host, int(port), limit=2**22)
        for _ in range(times // AT_ONCE):
            writes.write(request)
            head = (await reads.readuntil(b"\r\n\r\n")).lower()
            assert head.startswith(b"http/1.1 200"), head
            await reads.readexactly(int(head.split(b"content-length:")[1].split(b"\r\n")[0]))
        writes.close()
        await writes.wait_closed()

    await asyncio.gather(*(reader() for _ in range(AT_ONCE)))


def _beyond_the_answer(url: str, session: str) -> float:
    """Seconds from sending to having both messages, without those the run took by its own account."""
    beyond = []
    with httpx2.Client(base_url=url, timeout=30) as client:
        for number in range(POSTS):
            began = time.perf_counter()
            answer = client.post(
                f"/api/sessions/{session}/messages", json={"content": f"Hello {number}"}, headers=WHOLE
            )
            took = time.perf_counter() - began
            beyond.append(took - answer.json()["assistant_message"]["processing_time_ms"] / 1000)
    return median(beyond)
