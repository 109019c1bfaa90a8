"""``python -m benchmarks``: measures this checkout and prints the table."""

import argparse
import importlib
import platform
import sys
from pathlib import Path

import psutil

from benchmarks.table import HEAD

GROUPS = (
    *(
        "streams",
        "start",
        "page",
        "api",
        "markdown",
        "storage",
        "history",
        "replay",
        "tools",
        "sockets",
        "voice",
        "size",
    ),
    "scale",
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=GROUPS, default=GROUPS, help="these groups of rows only")
    parser.add_argument("--quick", action="store_true", help="one round of each where there would be three")
    parser.add_argument("--before", type=Path, help="another checkout, to compare with (tools)")
    options = parser.parse_args()
    print(f"{platform.machine()}, {psutil.cpu_count()} cores, Python {platform.python_version()}\n")
    print(HEAD)
    for group in options.only:
        measure = importlib.import_module(f"benchmarks.rows.{group}").measure
        against = {"before": options.before} if group == "tools" else {}
        for row in measure(1 if options.quick else 3, **against):
            print(row)
            sys.stdout.flush()


if __name__ == "__main__":
    main()
