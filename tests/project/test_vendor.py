"""What others wrote and we ship is byte for byte what they released."""

import hashlib
from pathlib import Path

VENDOR = Path(__file__).resolve().parents[2] / "static" / "vendor"
RECORDED = dict(reversed(line.split("  ")) for line in (VENDOR / "HASHES").read_text("utf-8").splitlines())


def test_every_vendored_file_has_its_recorded_hash():
    hashes = {name: hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() for name in RECORDED}
    assert hashes == RECORDED


def test_no_vendored_file_goes_without_a_hash():
    files = {path.relative_to(VENDOR).as_posix() for path in VENDOR.rglob("*") if path.is_file()}
    assert files - {"HASHES"} == set(RECORDED)


def test_each_vendored_package_brings_its_licence():
    packages = [path for path in VENDOR.iterdir() if path.is_dir()]
    assert packages
    assert all((package / "LICENSE").is_file() for package in packages)
