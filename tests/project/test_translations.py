"""The German catalogue is whole: every text of the code, each translated, compiled as it is written."""

import os
import re
import shlex
import shutil
import struct
import subprocess
import sys
from collections import Counter
from gettext import GNUTranslations
from pathlib import Path

import pytest

from tests.project.catalogue import FOLDER, PLACEHOLDER, Entry, entries_of, german

ROOT = Path(__file__).resolve().parents[2]
NO_XGETTEXT = shutil.which("xgettext") is None and os.environ.get("REQUIRE_BROWSER", "") in ("", "0")
SINGLE, PLURAL = 1, 5  # numbers that ask for the one form and the other


def collected(folder: Path) -> list[Entry]:
    """What ``make messages`` would put into an empty catalogue."""
    files = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(files, cwd=ROOT, capture_output=True, check=True)
    for name in listed.stdout.decode().split("\0"):
        if name.endswith((".py", ".html", ".webmanifest")) and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
    (folder / "locale").mkdir()
    makefile = (ROOT / "Makefile").read_text("utf-8")
    options = makefile.partition("MESSAGES := ")[2].partition("\n\n")[0].replace("\\\n", "")
    done = subprocess.run(
        [sys.executable, "manage.py", "makemessages", "--locale", "de", *shlex.split(options)],
        cwd=folder,
        env={**os.environ, "DATA_DIR": str(folder / "var"), "DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return entries_of((folder / "locale/de/LC_MESSAGES/django.po").read_text("utf-8"))


@pytest.mark.skipif(NO_XGETTEXT, reason="gettext is not installed")
def test_the_catalogue_has_the_texts_of_the_code_and_no_others(tmp_path):
    of_the_code = {entry.key for entry in collected(tmp_path)}
    here = {entry.key for entry in german()}
    assert of_the_code - here == set(), "run `make messages` and translate what is new"
    assert here - of_the_code == set(), "run `make messages`: these are used no more"


def test_every_text_is_translated_and_nothing_is_guessed():
    assert [entry.text for entry in german() if entry.fuzzy] == []
    assert [entry.text for entry in german() if not all(entry.strings) or not entry.strings] == []
    assert [entry.text for entry in german() if len(entry.strings) != (2 if entry.plural else 1)] == []


def test_the_placeholders_are_those_of_the_text():
    assert [entry.text for entry in german() for text in entry.strings if not fits(entry, text)] == []


def fits(entry: Entry, text: str) -> bool:
    return Counter(PLACEHOLDER.findall(text)) == Counter(PLACEHOLDER.findall(entry.plural or entry.text))


def test_quotes_and_ends_are_as_a_german_printer_sets_them():
    texts = [(entry.text, text) for entry in german() for text in entry.strings]
    assert [
        text for _, text in texts if '"' in PLACEHOLDER.sub("", text) or "”" in text or "..." in text
    ] == []
    assert [text for _, text in texts if text.count("„") != text.count("“")] == []
    assert [text for _, text in texts if text != text.strip() or "  " in text] == []
    assert [text for english, text in texts if english[-1] in ".:?…" and english[-1] != text[-1]] == []


def test_the_compiled_catalogue_is_what_is_written():
    raw = (FOLDER / "django.mo").read_bytes()
    (count,) = struct.unpack_from("<I", raw, 8)
    with (FOLDER / "django.mo").open("rb") as file:
        compiled = GNUTranslations(file)
    assert [entry.text for entry in german() if said(compiled, entry) != entry.strings] == [], (
        "run `make messages`"
    )
    assert count == len(german()) + 1  # and the header


def said(compiled: GNUTranslations, entry: Entry) -> list[str]:
    if entry.plural:
        assert entry.context is None
        return [compiled.ngettext(entry.text, entry.plural, number) for number in (SINGLE, PLURAL)]
    if entry.context:
        return [compiled.pgettext(entry.context, entry.text)]
    return [compiled.gettext(entry.text)]


def test_german_says_du():
    """What begins a sentence with a capital may be “they”; after a word or a comma it is the formal “you”."""
    formal = re.compile(r"[\w,;] (Sie|Ihnen|Ihre?[mnrs]?)\b")
    assert [text for entry in german() for text in entry.strings if formal.search(text)] == []
