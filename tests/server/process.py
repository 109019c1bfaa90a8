"""The server as a person starts it: a process on a free port, with a data folder of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

import httpx2

ROOT = Path(__file__).parents[2]

#: Seconds until a server has to answer: a first start migrates and collects, on a machine that does more.
START_PATIENCE = 180.0
#: What the developer has in the environment or ``.env`` must not change what is measured or proved.
PLAIN = {
    "ALLOWED_HOSTS": "",
    "DATABASE_URL": "",
    "DEBUG": "",
    "EMAIL_CONFIRMATION": "",
    "EMAIL_FROM": "",
    "EMAIL_URL": "",
    "HOST": "127.0.0.1",
    "LANGUAGE_CODE": "",
    "ACCESS_LOG": "",
    "API_RATE": "0",
    "CORS_ORIGINS": "",
    "SEND_RATE": "0",
    "SIGN_IN_RATE": "0",
    "LOG_FORMAT": "",
    "LOG_LEVEL": "WARNING",
    "METRICS_CLIENTS": "",
    "METRICS_PORT": "",
    "METRICS_TOKEN": "",
    "OFFLINE_DELAY": "",
    "OIDC_PROVIDERS": "",
    "OPENAI_API_KEY": "",
    "OPENAI_BASE_URL": "",
    "OPENAI_MODEL": "",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "",
    "PARLEY_MODE": "",
    "PERSONAL_CLIENTS": "",
    "REDIS_URL": "",
    "SECRET_KEY": "",
    "SIGN_UP": "",
    "TRUSTED_PROXIES": "",
    "TURNS": "",
    "WEBHOOK_RATE": "",
    "WORKER_CONCURRENCY": "",
    "DJANGO_SETTINGS_MODULE": "config.settings",
}


class NeverReady(Exception):
    """The server ended, or did not answer in time; the text is what it wrote."""


class Parley:
    """``manage.py serve`` on ``folder``; keyword arguments are settings. Restarted, it keeps its port.

    ``root`` is the checkout whose server it is.
    """

    command = "serve"
    root = ROOT

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "server.log"
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        return self._running().pid

    @property
    def pids(self) -> list[int]:
        return [self.pid]

    def start(self) -> Self:
        """Returns when ``/api/health`` says that it is well. Raises NeverReady."""
        self.launch()
        return self.wait_until_well()

    def wait_until_well(self) -> Self:
        deadline = time.monotonic() + START_PATIENCE
        while not self._is_well():
            if self._running().poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise NeverReady(self.log.read_text("utf-8")[-4000:])
            time.sleep(0.02)
        return self

    def launch(self) -> None:
        """Starts the process and waits for nothing."""
        environment = {**os.environ, **PLAIN, **self._settings}
        environment |= {"DATA_DIR": str(self.folder), "PORT": str(self.port)}
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "manage.py", self.command],
                cwd=self.root,
                env=environment,
                stdout=log,
                stderr=log,
            )

    def kill(self) -> None:
        """As a crash does: SIGKILL, nothing handed over."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self, patience: float = 20.0) -> int:
        """As a person or a supervisor does: SIGTERM. The exit code; raises TimeoutExpired."""
        self._running().send_signal(signal.SIGTERM)
        return self.wait(patience)

    def wait(self, patience: float = 20.0) -> int:
        """The exit code, once it ends by itself; raises TimeoutExpired."""
        code = self._running().wait(patience)
        self._process = None
        return code

    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "not started"
        return self._process

    def _is_well(self) -> bool:
        try:
            return httpx2.get(f"{self.url}/api/health", timeout=5).status_code == httpx2.codes.OK
        except httpx2.TransportError:
            return False


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    return port
