"""How long a silent model is waited for. All times are seconds on one clock that the caller reads."""

from agents.engine.errors import ProviderError
from agents.engine.limits import Limits


class Patience:
    """The deadlines of one model call.

    First token: `first_token_s` from the beginning; a server that shows life without a token (a role, a tool
    call under way) is given `silence_s` from its last chunk where that is later. After the first token:
    `silence_s` from the last chunk. After a finish reason: `settle_s`, and then the call is simply done.
    Comments on the wire are no chunks. `gives_up_at` is the deadline of the whole run.
    """

    def __init__(self, limits: Limits, *, now: float, gives_up_at: float) -> None:
        self._limits = limits
        self._gives_up_at = gives_up_at
        self._deadline = now + limits.first_token_s
        self._has_token = False
        self._finished = False
        self._shown_at = now
        self._reports = 0

    def heard(self, now: float, *, token: bool) -> None:
        """A chunk arrived; with something to show, if `token`."""
        if token:
            self._shown_at, self._reports = now, 0
            self._has_token = True
        if self._finished:
            if token:  # text after the finish reason: there may be more of it
                self._deadline = now + self._limits.settle_s
            return
        again = now + self._limits.silence_s
        self._deadline = again if self._has_token else max(self._deadline, again)

    def finished(self, now: float) -> None:
        """The upstream named its finish reason."""
        self._finished = True
        self._deadline = now + self._limits.settle_s

    @property
    def until(self) -> float:
        """When to look again if nothing arrives."""
        return min(self._deadline, self._gives_up_at, self._next_report_at)

    @property
    def _next_report_at(self) -> float:
        return self._shown_at + (self._reports + 1) * self._limits.status_s

    def is_done(self, now: float, *, silent: bool) -> bool:
        """Whether the answer is whole and its stragglers had their time. Past a deadline: ProviderError.

        `silent` False says that chunks are there: then only the deadline of the run counts, however long
        whoever consumes the events has taken over the last ones.
        """
        out_of_time = now >= self._gives_up_at
        if not out_of_time and (not silent or now < self._deadline):
            return False
        if self._finished:
            return silent
        what = "the run's deadline" if out_of_time else "the deadline for a chunk"
        raise ProviderError("timeout", f"{what} passed")

    def report(self, now: float) -> int | None:
        """The whole seconds of silence, when it is time to say so again."""
        if now < self._next_report_at:
            return None
        self._reports = int((now - self._shown_at) / self._limits.status_s)
        return round(now - self._shown_at)
