"""A server of a team, as it goes live, with one person who has a key for everything a person may."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.server.process import PLAIN, ROOT, Parley

SETTINGS = {
    "PARLEY_MODE": "team",
    "SECRET_KEY": "a key for tests, long enough to be taken",
    "OFFLINE_DELAY": "0",
}
MAKE_A_KEY = """
from django.contrib.auth import get_user_model
from accounts.services.api_keys import make_key
person = get_user_model().objects.create_user("ada", password="a password for tests")
print(make_key(user=person, name="schema", scopes=["read", "write"])[1])
"""


@pytest.fixture(scope="session")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parley]:
    parley = Parley(tmp_path_factory.mktemp("schema"), **SETTINGS)
    yield parley.start()
    parley.kill()
    assert not [line for line in parley.log.read_text("utf-8").splitlines() if "Traceback" in line]


@pytest.fixture(scope="session")
def key(team: Parley) -> str:
    environment = {**os.environ, **PLAIN, **SETTINGS, "DATA_DIR": str(team.folder)}
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", MAKE_A_KEY],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip().splitlines()[-1]
