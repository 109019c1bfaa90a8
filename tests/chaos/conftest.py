"""One installation for all tests; each leaves it whole."""

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.chaos.installation import Installation, installation
from tests.chaos.services import missing
from tests.chaos.storyteller import Storyteller

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.chaos)


@pytest.fixture(scope="session")
def running() -> Iterator[Installation]:
    if absent := missing():
        message = f"needs {', '.join(absent)}"
        if os.environ.get("REQUIRE_CHAOS"):
            pytest.fail(message)
        pytest.skip(message)
    # Not below pytest's own folder: PostgreSQL's user may not enter that.
    with tempfile.TemporaryDirectory(prefix="parley-chaos-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(folder.stat().st_mode | stat.S_IXGRP | stat.S_IXOTH | stat.S_IRGRP | stat.S_IROTH)
        model = Storyteller()
        model.open()
        with closing(model), installation(folder, model.base_url) as house:
            yield house


@pytest.fixture
def house(running: Installation) -> Iterator[Installation]:
    running.whole_again()
    yield running
    running.whole_again()
