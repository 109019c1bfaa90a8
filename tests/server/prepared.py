"""A data folder that has been started once, for all the processes that run tests at the same time."""

import fcntl
import os
from pathlib import Path

import pytest

from tests.server.process import Parley


def prepared_folder(factory: pytest.TempPathFactory) -> Path:
    """With its tables, agents and static files, so that no server has to wait for them; to be copied.

    The first process makes it, the others wait for that.
    """
    base = factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    ready = shared / "prepared"
    with (shared / "prepared.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            _made(shared / "being-prepared").rename(ready)
    return ready


def _made(folder: Path) -> Path:
    parley = Parley(folder)
    try:
        parley.start().stop()
    finally:
        parley.kill()
    parley.log.unlink()
    return folder
