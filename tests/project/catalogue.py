"""A catalogue of translations as text, read without gettext's programs, which a newcomer does not have."""

import re
from ast import literal_eval
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "locale" / "de" / "LC_MESSAGES"
PLACEHOLDER = re.compile(r"%?%\(\w+\)[a-z]|<[^>]+>")
_LINE = re.compile(r'(?:(msgctxt|msgid_plural|msgid|msgstr)(?:\[(\d)\])? )?(".*")$')


@dataclass
class Entry:
    """``strings`` are the translations: one, or one for each plural form."""

    context: str | None = None
    text: str = ""
    plural: str = ""
    strings: list[str] = field(default_factory=list)
    fuzzy: bool = False

    @property
    def key(self) -> tuple[str | None, str, str]:
        return self.context, self.text, self.plural


def entries_of(catalogue: str) -> list[Entry]:
    """The entries of a .po file, its header (the entry of the empty text) left out."""
    entries = [_entry(block.splitlines()) for block in catalogue.split("\n\n") if "\nmsgid " in f"\n{block}"]
    return [entry for entry in entries if entry.text]


def _entry(lines: list[str]) -> Entry:
    entry = Entry(fuzzy=any(line.startswith("#,") and "fuzzy" in line for line in lines))
    name = ""
    for line in lines:
        found = _LINE.match(line)
        if found is None:
            continue
        name = found[1] or name
        text = literal_eval(found[3])
        if name == "msgctxt":
            entry.context = (entry.context or "") + text
        elif name == "msgid":
            entry.text += text
        elif name == "msgid_plural":
            entry.plural += text
        elif found[1]:
            entry.strings.append(text)
        else:
            entry.strings[-1] += text
    return entry


def german() -> list[Entry]:
    return entries_of((FOLDER / "django.po").read_text("utf-8"))
