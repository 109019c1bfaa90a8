"""What is tracked is ours to give: no address of a package registry, no path of a machine, no data."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: Written in pieces, or this file would be found itself.
REGISTRIES = (
    "py" + "pi.org",
    "python" + "hosted.org",
    "registry.npm" + "js.org",
    "unpkg" + ".com",
    "jsdeliv" + "r.net",
)
MACHINES = re.compile(r"(?<![\w.~-])/" + r"(?:root|work|home/\w+|Users/\w+)/")
DATA = re.compile(r"(^|/)(\.env|var/.*|.*\.sqlite3.*|secret_key|.*\.py[co]|node_modules/.*)$")


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    return [name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def texts() -> list[tuple[str, str]]:
    return [(name, (ROOT / name).read_text("utf-8", errors="ignore")) for name in tracked()]


def test_no_file_names_a_package_registry():
    assert [name for name, text in texts() for host in REGISTRIES if host in text] == []


def test_no_file_names_a_path_of_somebodys_machine():
    assert [(name, found[0]) for name, text in texts() if (found := MACHINES.search(text))] == []


def test_no_data_is_tracked():
    assert [name for name in tracked() if DATA.search(name)] == []
