"""Writers wait for each other here, in turn, where SQLite has them look again after ever longer pauses.

A thread that finds the database locked sleeps up to a tenth of a second and looks again, and whoever happens
to look first is next: with many threads most of the time is slept away, and some never get their turn.
"""

import threading
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

from agents import metrics

_turn = threading.Lock()
SQLite: Any = base.DatabaseWrapper  # the stubs do not know the methods that a backend may change


class DatabaseWrapper(SQLite):
    """A transaction takes its turn before it begins and gives it back when it is over, however it ends."""

    _has_turn = False

    def _start_transaction_under_autocommit(self) -> None:
        self._take_turn()
        try:
            super()._start_transaction_under_autocommit()
        except BaseException:
            self._give_turn()
            raise

    def _commit(self) -> Any:
        result = super()._commit()
        self._give_turn()
        return result

    def _rollback(self) -> Any:
        try:
            return super()._rollback()
        finally:
            self._give_turn()

    def _close(self) -> Any:
        try:
            return super()._close()
        finally:
            self._give_turn()

    def _take_turn(self) -> None:
        if not _turn.acquire(blocking=False):
            self._wait_for_turn()
        self._has_turn = True

    def _wait_for_turn(self) -> None:
        with metrics.database_waiting.track_inprogress():
            if not _turn.acquire(timeout=self.settings_dict["OPTIONS"].get("timeout", 5)):
                raise OperationalError("database is locked")

    def _give_turn(self) -> None:
        if self._has_turn:
            self._has_turn = False
            _turn.release()
