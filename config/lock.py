"""One server process a data folder, as long as SQLite holds the rows.

The lock belongs to the process, so it ends with it however that ends.
"""

import fcntl
import os

from django.conf import settings

_held: int | None = None  # a file descriptor, open as long as the process is


class AlreadyRunning(Exception):
    """Another process serves this data folder."""


def is_free() -> bool:
    """Whether no server runs on the data folder. Takes a lock that is free, and so keeps servers out."""
    try:
        acquire()
    except AlreadyRunning:
        return False
    return True


def acquire() -> None:
    """Takes the lock, once a process; PostgreSQL needs none. Raises ``AlreadyRunning``."""
    global _held
    if _held is not None or not settings.EMBEDDED:
        return
    file = os.open(settings.DATA_DIR / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        message = f"Another Parley is running on {settings.DATA_DIR}: stop it, or choose another DATA_DIR."
        raise AlreadyRunning(message) from None
    _held = file
