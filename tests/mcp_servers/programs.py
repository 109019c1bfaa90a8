"""Real MCP servers as programs: one of the Python package, one from npm."""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent
GARDEN = (sys.executable, str(FOLDER / "garden.py"))
EVERYTHING = FOLDER / "node_modules" / ".bin" / "mcp-server-everything"
#: Set where nothing may be skipped, as for the browser.
REQUIRED = os.environ.get("REQUIRE_BROWSER", "") not in ("", "0")

needs_npm = pytest.mark.skipif(
    not REQUIRED and (shutil.which("node") is None or not EVERYTHING.exists()),
    reason="node or its packages are not here: npm ci --prefix tests/mcp_servers",
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def listening(words: Sequence[str], port: int, env: Mapping[str, str] = {}) -> Iterator[str]:
    """Runs the program until it listens, and gives its address."""
    program = subprocess.Popen(
        words, env={**os.environ, **env}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + 30
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                assert program.poll() is None, "the server has ended"
                assert time.monotonic() < until, "the server does not listen"
                time.sleep(0.02)
        yield f"http://127.0.0.1:{port}/mcp"
    finally:
        program.kill()
        program.wait()


def garden_by_http() -> AbstractContextManager[str]:
    port = free_port()
    return listening([*GARDEN, "http", str(port)], port)


def everything_by_http() -> AbstractContextManager[str]:
    port = free_port()
    return listening([str(EVERYTHING), "streamableHttp"], port, {"PORT": str(port)})
