"""The whole of it: started on empty folders, all at once, as after a power cut."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tests.chaos.services import Nginx, Postgres, Redis
from tests.server.process import PLAIN, ROOT, NeverReady, Parley
from tests.server.visitor import Visitor

PASSWORD = "a password for tests"
START_PATIENCE = 90.0


class Server(Parley):
    """Several share a folder, so each has a log of its own."""

    def __init__(self, folder: Path, name: str, **settings: str) -> None:
        super().__init__(folder, **settings)
        self.log = folder / f"{name}.log"


class Worker(Server):
    command = "worker"

    def launch(self) -> None:
        self._from = self.log.stat().st_size if self.log.exists() else 0
        super().launch()

    def wait_until_well(self) -> "Worker":
        deadline = time.monotonic() + START_PATIENCE
        while b"The worker is ready" not in self.log.read_bytes()[self._from :]:
            if self._running().poll() is not None or time.monotonic() > deadline:
                raise NeverReady(self.log.read_text("utf-8")[-4000:])
            time.sleep(0.05)
        return self


class Person(Visitor):
    """A visitor who signs in first."""

    async def __aenter__(self) -> "Person":
        (await self._http.get("/accounts/login/")).raise_for_status()
        token = self._http.cookies["csrftoken"]
        fields = {"login": "alice", "password": PASSWORD, "csrfmiddlewaretoken": token}
        answer = await self._http.post("/accounts/login/", data=fields, headers={"Origin": self.url})
        assert answer.is_redirect, answer.text
        return await super().__aenter__()


class Installation:
    def __init__(self, folder: Path, postgres: Postgres, redis: Redis, model_url: str) -> None:
        self.postgres, self.redis = postgres, redis
        self.settings = {
            "DATABASE_URL": postgres.url,
            "REDIS_URL": redis.url,
            "TURNS": "queue",
            "PARLEY_MODE": "team",
            "SECRET_KEY": "a key for tests, long enough to be taken",
            "TRUSTED_PROXIES": "127.0.0.1",
            "OPENAI_BASE_URL": model_url,
        }
        self.folder = folder
        self.servers = [Server(folder, f"server{number}", **self.settings) for number in (1, 2)]
        self.workers = [Worker(folder, f"worker{number}", **self.settings) for number in (1, 2)]
        self.nginx: Nginx | None = None
        self.url = ""

    @property
    def processes(self) -> list[Server]:
        return [*self.servers, *self.workers]

    @property
    def pids(self) -> list[int]:
        return [process.pid for process in self.processes]

    def start(self) -> None:
        for process in self.processes:
            process.launch()
        for process in self.processes:
            process.wait_until_well()
        self._manage("createsuperuser", "--noinput", "--username", "alice", "--email", "alice@example.org")

    def whole_again(self) -> None:
        """Starts what a test has killed."""
        for process in self.processes:
            if process._process is None:
                process.start()

    def _manage(self, *arguments: str) -> None:
        environment = {**PLAIN, **self.settings, "DATA_DIR": str(self.folder)}
        environment["DJANGO_SUPERUSER_PASSWORD"] = PASSWORD
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.postgres.url) as connection:
            return connection.execute(query).fetchall()

    def held_by(self, worker: Worker) -> int:
        """How many runs this worker has at the moment."""
        return len(
            self.ask(f"SELECT 1 FROM agents_run WHERE state = 'running' AND worker LIKE '%:{worker.pid}:%'")
        )


@contextmanager
def installation(folder: Path, model_url: str) -> Iterator[Installation]:
    """In ``folder``, which PostgreSQL's user must be able to enter."""
    with ExitStack() as over:
        postgres = Postgres(folder / "postgres")
        over.callback(postgres.stop, "immediate")
        redis = Redis(folder / "redis")
        over.callback(redis.stop)
        house = Installation(folder / "data", postgres, redis, model_url)
        for process in house.processes:
            over.callback(process.kill)
        house.start()
        nginx = Nginx(folder / "nginx", *(server.port for server in house.servers))
        over.callback(nginx.stop)
        house.nginx = nginx
        house.url = nginx.url
        yield house
