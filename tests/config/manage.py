"""Runs ``manage.py`` as a person does: a process of its own, with a known environment and no ``.env``."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """``environment`` is added to what finding Python takes; an empty value hides what ``.env`` says."""
    names = (ROOT / ".env.example").read_text("utf-8")
    hidden = {
        line[2:].partition("=")[0]: "" for line in names.splitlines() if line.startswith("# ") and "=" in line
    }
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **hidden, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
