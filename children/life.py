"""What every child process does: bounds itself, then answers one question after the other."""

import math
import os
import resource
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any

from children import wire

_STDERR = 2
#: Where the answers go, once it lives.
_to_server: list[IO[bytes]] = []


@dataclass(frozen=True, slots=True)
class Bounds:
    """``memory`` in bytes of address space, ``cpu`` in seconds for one question, ``nice`` as of nice(2).

    With ``closed`` the child can open nothing from then on, no file and no connection.
    """

    memory: int
    cpu: int
    nice: int = 0
    closed: bool = False


def live(answer: Callable[[dict[str, Any], bytes], wire.Message], bounds: Bounds) -> None:
    """Answers until the server closes its end, which it does also by being killed.

    What goes wrong in ``answer`` ends the child, with a traceback for the server's log.
    """
    questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(_STDERR, 1)  # what libraries print must not come between the messages
    _bound(bounds)
    _to_server.append(answers)
    with suppress(BrokenPipeError):
        wire.write(answers, {"ready": True})  # what goes wrong from now on is about a question
    while (question := wire.read(questions)) is not None:
        _limit(resource.RLIMIT_CPU, math.ceil(_cpu_used()) + bounds.cpu)
        _said(answers, *answer(*question))


def say_so_far(value: Any) -> None:
    """Tells whoever asked something before the answer: what JSON can say."""
    for stream in _to_server:
        _said(stream, {wire.SO_FAR: value})


def _said(stream: IO[bytes], header: dict[str, Any], body: bytes = b"") -> None:
    try:
        wire.write(stream, header, body)
    except BrokenPipeError:
        sys.exit(1)  # nobody waits for it any more


def _bound(bounds: Bounds) -> None:
    os.nice(bounds.nice)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_AS, bounds.memory)
    if bounds.closed:
        _limit(resource.RLIMIT_NOFILE, 0)


def _limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    with suppress(OSError, ValueError):  # macOS bounds no address space
        resource.setrlimit(what, (most, hard))


def _cpu_used() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
