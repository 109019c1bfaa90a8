"""The API does what its description says, whatever it is sent: schemathesis, with all its checks.

``SCHEMA_SECONDS`` is how long it looks; `.ci/run` gives it three minutes. ``SCHEMA_SEED`` is the number that
the calls are drawn from: another one looks elsewhere. Without one it comes from the description, so that a
change that leaves the API alone is met with the calls that passed before it.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.server.process import Parley

pytestmark = [pytest.mark.schema, pytest.mark.timeout(0)]  # it says itself how long it looks

CONFIG = Path(__file__).with_name("schemathesis.toml")
DESCRIPTION = Path(__file__).parents[1] / "config" / "openapi.json"
SECONDS = int(os.environ.get("SCHEMA_SECONDS") or 25)
SEED = os.environ.get("SCHEMA_SEED") or str(
    int.from_bytes(hashlib.sha256(DESCRIPTION.read_bytes()).digest()[:4], "big")
)


def test_whatever_is_sent_is_answered_as_described(team: Parley, key: str, tmp_path: Path) -> None:
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG)),
        *("run", f"{team.url}/api/openapi.json"),
        *("--header", f"Authorization: Bearer {key}"),
        *("--phases", "examples,coverage,fuzzing,stateful"),
        *("--max-time", str(SECONDS), "--request-timeout", "30", "--no-color"),
        *("--seed", SEED, "--generation-database", "none", "--continue-on-failure"),
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-30_000:] + done.stderr[-5_000:]
