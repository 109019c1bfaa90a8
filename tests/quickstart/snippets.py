"""The lines of a quick start: what its reader is told to run, in order."""

import re
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "api"


def snippets(name: str, language: str) -> list[str]:
    """The blocks of the language in ``docs/api/quickstart-<name>.md``."""
    text = (FOLDER / f"quickstart-{name}.md").read_text("utf-8")
    found = re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert found, name
    return found
