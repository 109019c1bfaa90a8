"""What every child process does: bounds itself, then answers one question after the other."""

import math
import os
import resource
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from voice import child_wire

_STDERR = 2


@dataclass(frozen=True, slots=True)
class Bounds:
    """``memory`` in bytes of address space, ``cpu`` in seconds for one question, ``nice`` as of nice(2).

    With ``closed`` the child can open nothing from then on, no file and no connection.
    """

    memory: int
    cpu: int
    nice: int = 0
    closed: bool = False


def live(answer: Callable[[dict[str, Any], bytes], child_wire.Message], bounds: Bounds) -> None:
    """Answers until the server closes its end, which it does also by being killed.

    What goes wrong in ``answer`` ends the child, with a traceback for the server's log.
    """
    questions, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(_STDERR, 1)  # what libraries print must not come between the messages
    _bound(bounds)
    with suppress(BrokenPipeError):
        child_wire.write(answers, {"ready": True})  # what goes wrong from now on is about a question
    while (question := child_wire.read(questions)) is not None:
        _limit(resource.RLIMIT_CPU, math.ceil(_cpu_used()) + bounds.cpu)
        header, body = answer(*question)
        try:
            child_wire.write(answers, header, body)
        except BrokenPipeError:
            sys.exit(1)


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
