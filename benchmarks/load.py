"""The load client as seen from here: rounds of answers, with what each cost the server."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from benchmarks.stage import cpu_seconds, resident_megabytes
from benchmarks.table import percentile
from tests.server.process import ROOT

#: Seconds between two looks at the server's memory.
LOOK = 0.1
#: Above this part of its core the client may be what limits.
CLIENT_IS_BUSY = 0.85


class Asked(Protocol):
    """A Parley under load: where it is, and the processes whose time and memory count."""

    @property
    def url(self) -> str: ...

    @property
    def pids(self) -> Sequence[int]: ...


@dataclass(frozen=True)
class Round:
    """One question in every conversation at once. Times in seconds, memory in MB."""

    streams: int
    tokens: int
    answers: list[dict[str, float]]
    began: float
    client_busy: float
    cpu: float
    memory: float

    @property
    def first_tokens(self) -> list[float]:
        return [answer["first"] - answer["asked"] for answer in self.answers]

    @property
    def p95(self) -> float:
        return percentile(self.first_tokens, 0.95)

    @property
    def rate(self) -> float:
        """Tokens a second from the first question to the end of the last answer."""
        if not self.answers:
            return 0.0
        return (
            len(self.answers) * self.tokens / (max(answer["ended"] for answer in self.answers) - self.began)
        )

    @property
    def cpu_per_1000(self) -> float:
        return self.cpu / max(1, len(self.answers) * self.tokens) * 1000


class Load:
    """So many conversations, each with its open page."""

    def __init__(self, process: subprocess.Popen[str], parley: Asked, streams: int, tokens: int) -> None:
        self._process = process
        self._pids = list(parley.pids)
        self._streams = streams
        self._tokens = tokens
        assert self._answer()["ready"]

    def direct(self) -> dict[str, float]:
        """What client and upstream do without the server: ``first`` in seconds, ``tokens_per_s``."""
        return self._ask("direct")

    def round(self, spread: float = 0) -> Round:
        """Asks in all conversations, at once or over ``spread`` seconds."""
        before = cpu_seconds(self._pids)
        with _memory_of(self._pids) as memory:
            result = self._ask(str(spread))
        return Round(
            streams=self._streams,
            tokens=self._tokens,
            answers=result["answers"],
            began=result["began"],
            client_busy=result["busy"],
            cpu=cpu_seconds(self._pids) - before,
            memory=max(memory),
        )

    def _ask(self, what: str) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(what + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the load client has ended"
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def load(parley: Asked, upstream: str, *, streams: int, tokens: int, sign_in: bool = False) -> Iterator[Load]:
    """``tokens`` is the length of the upstream's answers; ``sign_in`` where it asks for that."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.load_client",
        parley.url,
        upstream,
        "--streams",
        str(streams),
        *(["--sign-in"] if sign_in else []),
    ]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield Load(process, parley, streams, tokens)
        finally:
            process.kill()


@contextmanager
def _memory_of(pids: Sequence[int]) -> Iterator[list[float]]:
    """Looks at the memory while the block runs."""
    seen = [resident_megabytes(pids)]
    over = threading.Event()

    def look() -> None:
        while not over.wait(LOOK):
            seen.append(resident_megabytes(pids))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()
