"""Servers of one test each, on copies of one data folder that has been started once."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.server.process import Parley

Serve = Callable[..., Parley]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with its tables, agents and static files, so that no test has to wait for them."""
    parley = Parley(tmp_path_factory.mktemp("prepared"))
    try:
        parley.start().stop()
    finally:
        parley.kill()
    return parley.folder


@pytest.fixture
def serve(prepared: Path, tmp_path: Path) -> Iterator[Serve]:
    """``serve(OFFLINE_DELAY="0.05")`` starts a server with these settings. No server may log a traceback."""
    started: list[Parley] = []

    def start(**settings: str) -> Parley:
        folder = shutil.copytree(prepared, tmp_path / f"data{len(started)}")
        (folder / "server.log").unlink()
        started.append(Parley(folder, **settings))
        return started[-1].start()

    yield start
    for parley in started:
        parley.kill()
        assert "Traceback" not in (log := parley.log.read_text("utf-8")), log
