"""Every command of ours has its part in docs/commands.md; what is said of make is there."""

import re
from pathlib import Path

from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
APPS = {"config", "accounts", "agents", "chat", "voice", "webhooks"}
PART = re.compile(r"^## `(\w+)`$", re.MULTILINE)


def test_each_command_has_its_part():
    described = set(PART.findall((ROOT / "docs" / "commands.md").read_text("utf-8")))
    assert {name for name, app in get_commands().items() if app in APPS} <= described


def test_each_target_that_is_named_is_there():
    targets = set(re.findall(r"^([a-z]+):.*##", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    pages = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
    named = {
        name
        for page in pages
        for name in re.findall(r"(?<!\w)make ([a-z]+)(?=[`\n ]+[#`\n])", page.read_text("utf-8"))
    }
    assert named <= targets
    assert named
