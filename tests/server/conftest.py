"""Servers of one test each, on copies of one data folder that has been started once."""

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from tests.server.garden import LOOK, NETWORKS, PLANT, Garden
from tests.server.prepared import prepared_folder
from tests.server.process import Parley
from tests.server.scene import Scene
from tests.server.visitor import Visitor
from tests.upstream import FakeUpstream

Serve = Callable[..., Parley]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepared_folder(tmp_path_factory)


@pytest.fixture
def serve(prepared: Path, tmp_path: Path) -> Iterator[Serve]:
    """``serve(OFFLINE_DELAY="0.05")`` starts a server with these settings. No server may log a traceback."""
    started: list[Parley] = []

    def start(**settings: str) -> Parley:
        folder = shutil.copytree(prepared, tmp_path / f"data{len(started)}")
        started.append(Parley(folder, **settings))
        return started[-1].start()

    yield start
    for parley in started:
        parley.kill()
        assert "Traceback" not in (log := parley.log.read_text("utf-8")), log


@pytest.fixture
async def scene(serve: Serve) -> AsyncIterator[Scene]:
    """A server whose agent may use the garden without asking."""
    async with FakeUpstream() as upstream, Garden() as garden:
        parley = serve(OPENAI_BASE_URL=upstream.base_url, TOOL_NETWORKS=NETWORKS)
        async with Visitor(parley.url) as visitor:
            await garden.offer_to(visitor)
            scene = Scene(parley, visitor, upstream, garden)
            await scene.let(**{LOOK: "run", PLANT: "run"})
            yield scene
