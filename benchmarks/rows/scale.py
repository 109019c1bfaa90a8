"""Several processes against one, in one run on one machine, and what each part of an answer costs."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from benchmarks.load import Asked, Round, load
from benchmarks.stage import cpu_seconds, resident_megabytes, server, upstream
from benchmarks.table import Row, median
from tests.chaos.installation import Installation, installation
from tests.chaos.services import missing

TOKENS, RATE = 200, 50
STREAMS = 50
#: Open pages over which the memory of one is measured.
PAGES = 200


def measure(rounds: int) -> Iterator[Row]:
    if absent := missing():
        yield Row("several processes", "", f"not measured: needs {', '.join(absent)}")
        return
    with upstream(tokens=TOKENS * 10, rate=0) as base_url:
        with server(OPENAI_BASE_URL=base_url) as parley:
            one = _most(parley, base_url, rounds)
        with _several(base_url) as house:
            several = _most(house, base_url, rounds, sign_in=True)
    yield Row("most tokens/s: one process", "", f"{one:,.0f}")
    yield Row(
        "most tokens/s: 2 servers, 2 workers, PostgreSQL, Redis, nginx",
        "≥ 1.5 times one process",
        f"{several:,.0f} ({several / one:.2f} times)",
        several >= 1.5 * one,
    )
    yield from _parts(rounds)


def _most(parley: Asked, base_url: str, rounds: int, *, sign_in: bool = False) -> float:
    with load(parley, base_url, streams=STREAMS, tokens=TOKENS * 10, sign_in=sign_in) as crowd:
        return median([crowd.round().rate for _ in range(rounds)])


@contextmanager
def _several(base_url: str) -> Iterator[Installation]:
    with tempfile.TemporaryDirectory(prefix="parley-bench-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)  # PostgreSQL's user has its cluster there
        with installation(Path(name), base_url) as house:
            yield house


def _parts(rounds: int) -> Iterator[Row]:
    """The inputs of docs/scale.md: CPU seconds an answer, and memory an open page."""
    with upstream(tokens=TOKENS, rate=RATE) as base_url, _several(base_url) as house:
        idle = resident_megabytes([one.pid for one in house.servers])
        with load(house, base_url, streams=PAGES, tokens=TOKENS, sign_in=True) as crowd:
            crowded = resident_megabytes([one.pid for one in house.servers])
            before = _spent(house)
            results = [crowd.round(spread=2 * TOKENS / RATE) for _ in range(rounds)]
            spent = {part: seconds - before[part] for part, seconds in _spent(house).items()}
    answers = _answered(results)
    for part, seconds in spent.items():
        yield Row(f"CPU of {part}, an answer of {TOKENS} tokens", "", f"{seconds / answers * 1000:.1f} ms")
    yield Row("memory of the servers, an open page", "", f"{(crowded - idle) / PAGES * 1000:.0f} kB")
    yield Row(
        f"{PAGES} pages at the servers: p95 to first token", "", f"{median([r.p95 for r in results]):.2f} s"
    )


def _answered(results: list[Round]) -> int:
    return max(1, sum(len(one.answers) for one in results))


def _spent(house: Installation) -> dict[str, float]:
    """CPU seconds so far, by part; those of a process that has ended count no more."""
    assert house.nginx is not None
    return {
        "the servers": cpu_seconds([one.pid for one in house.servers]),
        "the workers": cpu_seconds([one.pid for one in house.workers]),
        "PostgreSQL": _of_family(house.postgres.pid),
        "Redis": _of_family(house.redis.pid),
        "nginx": _of_family(house.nginx.pid),
    }


def _of_family(pid: int) -> float:
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return cpu_seconds([one.pid for one in family])
