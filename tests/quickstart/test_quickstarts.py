"""What the quick starts say works, line by line, against a server of a team with a key."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.quickstart.snippets import snippets
from tests.schema.conftest import key, team  # noqa: F401 (fixtures)
from tests.server.process import Parley

PATIENCE = 120.0


def run(command: list[str], parley: Parley, token: str, folder: Path) -> str:
    environment = {"PATH": os.environ["PATH"], "PARLEY": parley.url, "KEY": token}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_curl(team: Parley, key: str, tmp_path: Path) -> None:  # noqa: F811
    first, *others = snippets("curl", "sh")
    assert first.startswith("export PARLEY=")  # the test has an address and a key of its own
    said = run(["bash", "-euo", "pipefail", "-c", "\n".join(others)], team, key, tmp_path)
    assert "event: token" in said
    assert "event: done" in said
    assert '"assistant_message"' in said
    last = json.loads(said[said.rindex('{"messages"') :])
    assert [one["role"] for one in last["messages"]] == ["user", "assistant"]


def test_python(team: Parley, key: str, tmp_path: Path) -> None:  # noqa: F811
    said = run([sys.executable, "-c", "\n".join(snippets("python", "python"))], team, key, tmp_path)
    assert said.count("offline model") >= 6
