"""What is installed is said exactly, for what we name and for what that needs."""

import re
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted(ROOT.glob("requirements*.txt"))
PIN = re.compile(r"^[A-Za-z0-9_.-]+(\[[a-z,]+\])?==[0-9][A-Za-z0-9.]*$")


def lines_of(file: Path) -> list[str]:
    """The requirements of a file, without comments and without those of the files it includes."""
    lines = (line.split("#")[0].strip() for line in file.read_text("utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("-r ")]


def with_included(file: Path) -> list[str]:
    included = re.findall(r"^-r (\S+)$", file.read_text("utf-8"), re.MULTILINE)
    return lines_of(file) + [line for name in included for line in with_included(ROOT / name)]


def spelt_alike(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_version_is_pinned(file):
    assert [line for line in lines_of(file) if not PIN.match(line)] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_what_they_need_is_pinned_too(file):
    wanted = [Requirement(line) for line in with_included(file)]
    pinned = {spelt_alike(requirement.name) for requirement in wanted}
    for requirement in wanted:
        for needed in map(Requirement, distribution(requirement.name).requires or []):
            extras = requirement.extras or {""}
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras):
                assert spelt_alike(needed.name) in pinned, f"{needed} of {requirement}"


def test_nothing_is_named_twice_and_what_two_files_need_is_the_same():
    for file in FILES:
        names = [spelt_alike(Requirement(line).name) for line in lines_of(file)]
        assert len(names) == len(set(names)), file.name
    lines = {line for file in FILES for line in lines_of(file)}
    assert len(lines) == len({spelt_alike(Requirement(line).name) for line in lines})


def test_what_everybody_installs_is_small():
    assert len(with_included(ROOT / "requirements.txt")) <= 90
