"""Asking something that may never answer."""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock, Thread


class Look:
    """A question that is asked in a thread of its own, one at a time, so a hanging one takes no second."""

    def __init__(self, ask: Callable[[], None]) -> None:
        self._ask = ask
        self._under_way: Future[None] | None = None
        self._lock = Lock()

    def within(self, seconds: float) -> None:
        """Returns once it was answered. Raises TimeoutError, or what the question raised."""
        with self._lock:
            if self._under_way is None or self._under_way.done():
                self._under_way = Future()
                Thread(target=self._answer, args=(self._under_way,), name="look", daemon=True).start()
            asked = self._under_way
        asked.result(timeout=seconds)

    def _answer(self, asked: Future[None]) -> None:
        try:
            self._ask()
        except BaseException as problem:  # noqa: BLE001 (it is raised to whoever asked)
            asked.set_exception(problem)
        else:
            asked.set_result(None)
