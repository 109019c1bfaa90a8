"""How much of a kind each account has open or under way in this process: streams, sockets, answers."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID


class Places:
    """Counts while something is open; who may have no more is for whoever opens it."""

    def __init__(self) -> None:
        self._open: Counter[UUID] = Counter()

    def taken(self, account_id: UUID) -> int:
        return self._open[account_id]

    @contextmanager
    def one_for(self, account_id: UUID) -> Iterator[None]:
        """While one of the account is open."""
        self._open[account_id] += 1
        try:
            yield
        finally:
            self._open[account_id] -= 1
            if not self._open[account_id]:
                del self._open[account_id]
