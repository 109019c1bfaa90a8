"""Child processes that do what must neither hold up the server nor hurt it, from the server's side.

They are plain processes served by threads, not asyncio's: a child outlives the event loop that first asked
it, and starting one, writing megabytes to it and waiting for it all happen outside of every loop.
"""

import asyncio
import atexit
import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, cast

from children import wire
from children.wire import Message

logger = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[1]
#: Variables that a child is given as they are.
PASSED_ON = ("PATH", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
#: Seconds after which children that nobody asked anything are ended.
IDLE_S = 60.0
#: Characters at the end of what a child complained of that the log gets.
COMPLAINT = 600


#: All there are, for the end of the server.
_made: "list[Children]" = []


def close_all() -> None:
    """Ends all children, also those that still work, for a server that ends: it would wait for them."""
    for children in _made:
        children.close()


class ChildFailed(Exception):
    """The child ended without an answer: over this question, unless it is one of the two below."""


class ChildNotStarted(ChildFailed):
    """It never came to the question."""


class ChildEnded(ChildFailed):
    """We have ended it: it took too long, or the server ends."""


class Children:
    """The children of one kind: ``python -m MODULE``, at most ``most`` at once. Who asks then, waits.

    A child serves ``uses`` questions. With one, what a recording may do to the process that reads it ends
    with it; the next child is started ahead, since loading libraries takes longer than using them.
    """

    def __init__(self, module: str, *, most: int, uses: int | None = None) -> None:
        self._module = module
        self._uses = uses
        self._threads = ThreadPoolExecutor(most, thread_name_prefix=module)
        self._lock = threading.Lock()
        self._idle: list[_Child] = []
        self._busy: set[_Child] = set()
        self._asked_at = 0.0
        self._sweeper: threading.Timer | None = None
        atexit.register(self.close)
        _made.append(self)

    async def ask(
        self,
        question: dict[str, Any],
        body: bytes = b"",
        *,
        seconds: float,
        told: Callable[[Any], None] = lambda _so_far: None,
    ) -> Message:
        """The answer of a child, which has ``seconds`` for it once it has begun. Raises ChildFailed.

        ``told`` is called in another thread with what the child says before it answers. A caller that is
        cancelled takes its child along.
        """
        errand = _Errand(told)
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, self._run, errand, question, body, seconds)
        except asyncio.CancelledError:
            errand.cancel()
            raise

    def close(self) -> None:
        """Ends them all, whatever they do; new ones come where somebody asks again."""
        with self._lock:
            for child in self._busy:
                child.kill()
        self._close_idle()

    def _close_idle(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
            if self._sweeper:
                self._sweeper.cancel()
                self._sweeper = None
        for child in idle:
            child.end()

    def _run(self, errand: "_Errand", question: dict[str, Any], body: bytes, seconds: float) -> Message:
        child = self._take()
        try:
            with errand.under_way(child):
                answer = child.ask(question, body, seconds, errand.told)
        except ChildFailed:
            last_words = child.end()
            if not errand.cancelled:
                logger.warning("%s failed: %s", self._module, last_words)
            raise
        finally:
            with self._lock:
                self._busy.discard(child)
        if self._uses and child.asked >= self._uses:
            child.end()
            with suppress(RuntimeError):  # the server is about to end
                self._threads.submit(self._start_ahead)  # once this answer is out
        else:
            self._give_back(child)
        return answer

    def _take(self) -> "_Child":
        while True:
            with self._lock:
                child = self._idle.pop() if self._idle else _Child(self._module)
                if child.lives:
                    self._busy.add(child)
                    return child
            child.end()

    def _start_ahead(self) -> None:
        with self._lock:
            waiting = bool(self._idle)
        if not waiting:
            self._give_back(_Child(self._module))

    def _give_back(self, child: "_Child") -> None:
        with self._lock:
            self._idle.append(child)
            self._asked_at = time.monotonic()
            if self._sweeper is None:
                self._sweep_in(IDLE_S)

    def _sweep_in(self, seconds: float) -> None:
        self._sweeper = threading.Timer(seconds, self._sweep)
        self._sweeper.daemon = True
        self._sweeper.start()

    def _sweep(self) -> None:
        with self._lock:
            left = self._asked_at + IDLE_S - time.monotonic()
            if left > 0:
                self._sweep_in(left)
                return
        self._close_idle()


class _Errand:
    """One question under way, and whether it is still wanted."""

    def __init__(self, told: Callable[[Any], None]) -> None:
        self.told = told
        self._lock = threading.Lock()
        self._child: _Child | None = None
        self.cancelled = False

    @contextmanager
    def under_way(self, child: "_Child") -> Iterator[None]:
        with self._lock:
            self._child = child
            if self.cancelled:
                child.kill()
        try:
            yield
        finally:
            with self._lock:
                self._child = None

    def cancel(self) -> None:
        with self._lock:
            self.cancelled = True
            if self._child:
                self._child.kill()


class _Child:
    """One process. Its methods block, so they belong into a thread; ``kill`` may come from another."""

    def __init__(self, module: str) -> None:
        self._complaints: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  # closed by end()
        # Of our environment only what finds modules and libraries goes along: the rest holds keys.
        environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
        try:
            self._process = subprocess.Popen(  # noqa: S603  # our own Python with a module of ours
                [sys.executable, "-m", module],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._complaints,
                start_new_session=True,  # a Ctrl-C is for the server, which ends them itself
            )
        except OSError as problem:  # no memory, or no more processes
            self._complaints.close()
            logger.warning("%s did not start: %s", module, problem)
            raise ChildNotStarted from None
        self._to: IO[bytes] = cast("IO[bytes]", self._process.stdin)
        self._from: IO[bytes] = cast("IO[bytes]", self._process.stdout)
        self.asked = 0
        self._is_ready = self._is_killed = False

    @property
    def lives(self) -> bool:
        return self._process.poll() is None

    def ask(
        self, question: dict[str, Any], body: bytes, seconds: float, told: Callable[[Any], None]
    ) -> Message:
        """Raises ChildFailed, and then the child is of no use any more."""
        self.asked += 1
        deadline = threading.Timer(seconds, self.kill)
        deadline.daemon = True
        deadline.start()
        try:
            self._is_ready = self._is_ready or wire.read(self._from) is not None
            wire.write(self._to, question, body)
            while (answer := wire.read(self._from)) is not None and wire.SO_FAR in answer[0]:
                told(answer[0][wire.SO_FAR])
        except (OSError, ValueError):
            answer = None
        finally:
            deadline.cancel()
        if answer is None:
            raise self._failure()
        return answer

    def _failure(self) -> ChildFailed:
        if self._is_killed:
            return ChildEnded()
        return ChildFailed() if self._is_ready else ChildNotStarted()

    def kill(self) -> None:
        self._is_killed = True
        self._process.kill()

    def end(self) -> str:
        """Its last words on one line, for whoever did not expect them."""
        self.kill()
        status = self._process.wait()
        for stream in (self._to, self._from):
            with suppress(OSError):  # what was never written is lost with it
                stream.close()
        with self._complaints as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - COMPLAINT))
            words = file.read().decode("utf-8", "replace").split()
        return " ".join([f"exit status {status}.", *words])
