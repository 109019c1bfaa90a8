"""One server process a data folder, as long as SQLite holds the rows.

The lock belongs to the process, so it ends with it however that ends.
"""

import fcntl
from typing import IO

from django.conf import settings

_held: IO[str] | None = None


class AlreadyRunning(Exception):
    """Another process serves this data folder."""


def acquire() -> None:
    """Takes the lock, once a process; PostgreSQL needs none. Raises ``AlreadyRunning``."""
    global _held
    if _held is not None or not settings.EMBEDDED:
        return
    file = (settings.DATA_DIR / "lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        message = f"Another Parley is running on {settings.DATA_DIR}: stop it, or choose another DATA_DIR."
        raise AlreadyRunning(message) from None
    _held = file
