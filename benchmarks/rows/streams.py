"""Time to the first token, many streams at once, the most that goes through, and what it costs."""

from collections.abc import Iterator

from benchmarks.load import CLIENT_IS_BUSY, Round, load
from benchmarks.stage import resident_megabytes, server, upstream
from benchmarks.table import Row, median
from tests.server.process import Parley

TOKENS, RATE = 200, 50
#: Streams at once, with the bar of p95 to the first token in ms.
CROWDS = {50: 60, 100: 100, 200: 250}
#: An answer of a few tokens, so that many can be asked one after the other.
SHORT = 20
ASKED = 15


def measure(rounds: int) -> Iterator[Row]:
    yield from one_stream(rounds)
    with upstream(tokens=TOKENS, rate=RATE) as base_url, server(OPENAI_BASE_URL=base_url) as parley:
        idle = _idle_memory(parley, base_url)
        for streams, bar in CROWDS.items():
            with load(parley, base_url, streams=streams, tokens=TOKENS) as crowd:
                results = [crowd.round() for _ in range(rounds)]
                spread = [crowd.round(spread=TOKENS / RATE) for _ in range(rounds)]
            yield _crowd(f"{streams} streams at {RATE} tokens/s, all asked at once", bar, results)
            yield _crowd(f"{streams} streams, asked over the {TOKENS // RATE} s of an answer", bar, spread)
        yield Row(
            f"{streams} streams: tokens/s delivered",
            "10,000 (at most; the ends cost some)",
            _with_client(f"{median([one.rate for one in results]):,.0f}", results),
            median([one.rate for one in results]) >= 0.9 * streams * RATE,
        )
        cost = median([one.cpu_per_1000 for one in results])
        yield Row("CPU s per 1,000 tokens, 200 streams", "≤ 0.10", f"{cost:.3f}", cost <= 0.10)
        peak = max(one.memory for one in results)
        yield Row(
            "memory, idle → 200 streams",
            "≤ 110 → ≤ 200 MB",
            f"{idle:.0f} → {peak:.0f} MB",
            idle <= 110 and peak <= 200,
        )
    yield from most(rounds)


def one_stream(rounds: int) -> Iterator[Row]:
    """Answers one after the other, in a conversation whose page is open."""
    with upstream(tokens=SHORT, rate=RATE) as base_url, server(OPENAI_BASE_URL=base_url) as parley:
        with load(parley, base_url, streams=1, tokens=SHORT) as one:
            direct = median([one.direct()["first"] for _ in range(ASKED)])
            firsts = [one.round().first_tokens[0] for _ in range(ASKED * rounds // 2)]
        added = (median(firsts) - direct) * 1000
        yield Row("added time to first token, 1 stream, p50", "≤ 10 ms", f"{added:.1f} ms", added <= 10)
    with upstream(tokens=TOKENS, rate=RATE) as base_url, server(OPENAI_BASE_URL=base_url) as parley:
        with load(parley, base_url, streams=1, tokens=TOKENS) as one:
            cost = median([one.round().cpu_per_1000 for _ in range(rounds)])
        yield Row("CPU s per 1,000 tokens, 1 stream", "≤ 0.3", f"{cost:.3f}", cost <= 0.3)


def most(rounds: int, streams: int = 50) -> Iterator[Row]:
    """An upstream without a limit, and as many streams as keep the server busy."""
    tokens = TOKENS * 10
    with (
        upstream(tokens=tokens, rate=0) as base_url,
        server(OPENAI_BASE_URL=base_url) as parley,
        load(parley, base_url, streams=streams, tokens=tokens) as crowd,
    ):
        direct = median([crowd.direct()["tokens_per_s"] for _ in range(rounds)])
        results = [crowd.round() for _ in range(rounds)]
    reached = median([one.rate for one in results])
    figure = _with_client(f"{reached:,.0f} (client and upstream alone: {direct:,.0f})", results)
    yield Row("most tokens/s delivered", "≥ 20,000", figure, reached >= 20_000)


def _crowd(what: str, bar: int, results: list[Round]) -> Row:
    streams = results[0].streams
    completed = min(len(one.answers) for one in results)
    p95 = median([one.p95 for one in results]) * 1000
    return Row(
        f"{what}: completed; p95 to first token",
        f"{streams}; ≤ {bar} ms",
        _with_client(f"{completed}; {p95:,.0f} ms", results),
        completed == streams and p95 <= bar,
    )


def _with_client(figure: str, results: list[Round]) -> str:
    busy = max(one.client_busy for one in results)
    return f"{figure} (client {busy:.0%} busy)" if busy > CLIENT_IS_BUSY else figure


def _idle_memory(parley: Parley, base_url: str) -> float:
    """After one whole answer, so that all that is loaded at first use is there."""
    with load(parley, base_url, streams=1, tokens=TOKENS):
        return resident_megabytes(parley.pids)
