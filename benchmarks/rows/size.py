"""What is installed: the packages of requirements.txt, and the room they take."""

from collections.abc import Iterator
from importlib.metadata import distribution

from packaging.requirements import Requirement

from benchmarks.table import Row
from tests.server.process import ROOT


def measure(rounds: int) -> Iterator[Row]:
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    wanted = [Requirement(needed) for line in lines if (needed := line.partition("#")[0].strip())]
    installed = [distribution(one.name) for one in wanted if one.marker is None or one.marker.evaluate()]
    size = sum(
        path.stat().st_size
        for package in installed
        for file in package.files or ()
        if (path := package.locate_file(file)).is_file()  # type: ignore[attr-defined]  # a Path for what is on disk
    )
    megabytes, packages = size / 1e6, len(installed)
    yield Row(
        "installed size; packages",
        "≤ 300 MB; ≤ 90",
        f"{megabytes:.0f} MB; {packages}",
        megabytes <= 300 and packages <= 90,
    )
