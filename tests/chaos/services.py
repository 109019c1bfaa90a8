"""What Parley leans on, each as a process of its own that a test may stop, pause and start again."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from tests.server.process import ROOT, free_port

#: Seconds a service has to come up.
PATIENCE = 30.0


def missing() -> list[str]:
    """The programs that are not installed here."""
    wanted = {
        "nginx": _which("nginx"),
        "redis-server": _which("redis-server"),
        "PostgreSQL": _postgres_folder(),
    }
    return [name for name, path in wanted.items() if not path]


def _which(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")


def _postgres_folder() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    return found[-1] if found else None


def _until(ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not ready():
        assert time.monotonic() < deadline, "it did not come up"
        time.sleep(0.05)


class Postgres:
    """A cluster in ``folder``. PostgreSQL does not run as root, so root lends it to its user."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"postgres://parley@127.0.0.1:{self.port}/parley"
        self._folder = folder
        folder.mkdir()
        if os.getuid() == 0:
            shutil.chown(folder, "postgres")
        self._run("initdb", "-D", str(folder / "cluster"), "-U", "parley", "--auth", "trust", "-E", "UTF8")
        self.start()
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "parley", "parley")

    def start(self) -> None:
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -k {self._folder}"
            " -c fsync=off -c max_connections=200"
        )
        self._control("-l", str(self._folder / "log"), "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        self._control("-m", mode, "stop")

    def dump(self, name: str) -> None:
        """Into a file of this name, as docs/operations.md says."""
        self._run("pg_dump", "--format=custom", f"--file={self._folder / name}", self.url)

    def restore(self, name: str) -> str:
        """The file as a database of its own; where that is."""
        self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "parley", name)
        url = self.url.removesuffix("parley") + name
        self._run("pg_restore", f"--dbname={url}", "--no-owner", str(self._folder / name))
        return url

    @property
    def pid(self) -> int:
        return int((self._folder / "cluster" / "postmaster.pid").read_text("utf-8").split()[0])

    def _control(self, *arguments: str) -> None:
        self._run("pg_ctl", "-D", str(self._folder / "cluster"), "-w", *arguments)

    def _run(self, program: str, *arguments: str) -> None:
        found = _postgres_folder()
        assert found is not None
        command = [str(found / program), *arguments]
        if os.getuid() == 0:
            command = ["runuser", "-u", "postgres", "--", *command]
        # The server keeps what it is given open, so nobody could wait for the end of a pipe.
        ended = subprocess.run(
            command, cwd=self._folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
        )
        assert ended.returncode == 0, command


class Program:
    """A process that is this service, in the foreground."""

    def __init__(self) -> None:
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        raise NotImplementedError

    def is_up(self) -> bool:
        raise NotImplementedError

    def start(self) -> None:
        self._process = subprocess.Popen(
            self.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, close_fds=True
        )
        _until(self.is_up)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def send(self, number: int) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            self._process.terminate()
            self._process.wait()
            self._process = None


class Redis(Program):
    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        folder.mkdir()
        self.start()

    def command(self) -> list[str]:
        place = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self._folder)]
        return [_which("redis-server") or "", *place, "--save", "", "--appendonly", "no"]

    def is_up(self) -> bool:
        return self._ask("ping") == "PONG"

    def flush(self) -> None:
        assert self._ask("flushall") == "OK"

    def _ask(self, word: str) -> str:
        command = ["redis-cli", "-p", str(self.port), word]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


class Nginx(Program):
    """Our own configuration, with other ports and places."""

    def __init__(self, folder: Path, *servers: int) -> None:
        super().__init__()
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = folder
        folder.mkdir()
        text = (ROOT / "deploy" / "nginx.conf").read_text("utf-8")
        ports = iter(servers)
        text = re.sub(r"server \w+:8000", lambda _match: f"server 127.0.0.1:{next(ports)}", text)
        text = text.replace("listen 8080", f"listen 127.0.0.1:{self.port}").replace("/tmp/", f"{folder}/")
        text = text.replace("/dev/stderr", str(folder / "error.log"))
        (folder / "nginx.conf").write_text(text)
        self.start()

    def command(self) -> list[str]:
        return [_which("nginx") or "", "-c", str(self._folder / "nginx.conf"), "-g", "daemon off;"]

    def is_up(self) -> bool:
        return (self._folder / "nginx.pid").exists()
