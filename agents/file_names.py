"""What a file of a workspace may be called: one that every system could store and that looks like what it is.

A path is parts joined by ``/``, inside the workspace only. It is kept in Unicode's NFC, as it was first
written. Two spellings that differ by case or by compatible characters (``ﬁ`` and ``fi``) are one file, as on
most people's disks; ``key`` is what decides. Reserved names are those of Windows, where people may unpack.
"""

import re
import unicodedata
from dataclasses import dataclass

MAX_PATH = 200
MAX_PART = 100
MAX_DEPTH = 6

#: Control, format (direction marks, zero width), surrogate, private, unassigned; line and paragraph ends.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_FORBIDDEN = set('\\:*?"<>|')
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_DRIVE = re.compile(r"[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class FileName:
    """``path`` is shown and stored; ``key`` finds the file and is unique in its workspace."""

    path: str
    key: str

    @property
    def folders(self) -> list[str]:
        """The keys of the folders it lies in, outermost first."""
        parts = self.key.split("/")
        return ["/".join(parts[:depth]) for depth in range(1, len(parts))]


def file_name(given: str) -> FileName:
    """The name as it is stored. Raises ValueError with the rule that it breaks, in words."""
    if not given:
        raise ValueError("A file needs a name, such as notes.md.")
    if len(given) > MAX_PATH:
        raise ValueError(f"The name is longer than {MAX_PATH} characters.")
    path, alike = unicodedata.normalize("NFC", given), unicodedata.normalize("NFKC", given)
    # Also as it looks: a full-width slash or two-dot sign is none here, but becomes one elsewhere.
    for spelling in (path, alike):
        _check(spelling)
    if path.count("/") != alike.count("/"):
        raise ValueError("The name has a character that only looks like a slash.")
    return FileName(path, unicodedata.normalize("NFKC", alike.casefold()))


def _check(path: str) -> None:
    if path.startswith(("/", "~", "\\")) or _DRIVE.match(path):
        raise ValueError("Names begin inside the workspace: notes.md, not /notes.md or C:notes.md.")
    if any(unicodedata.category(character) in _UNSEEN for character in path):
        raise ValueError("The name has characters that cannot be seen.")
    if wrong := next((character for character in path if character in _FORBIDDEN), ""):
        raise ValueError(f"A name cannot have the character {wrong} in it.")
    parts = path.split("/")
    if len(path) > MAX_PATH or len(parts) > MAX_DEPTH:
        raise ValueError(f"A name has at most {MAX_PATH} characters and {MAX_DEPTH} parts.")
    for part in parts:
        _check_part(part)


def _check_part(part: str) -> None:
    if not part:
        raise ValueError("A part of the name is empty.")
    if len(part) > MAX_PART:
        raise ValueError(f"A part of the name is longer than {MAX_PART} characters.")
    if part != part.strip() or part.endswith("."):
        raise ValueError("No part of a name is . or .., ends with a dot, or begins or ends with a space.")
    if any(character.isspace() and character != " " for character in part):
        raise ValueError("A name has no spaces but ordinary ones.")
    if _DEVICE.fullmatch(part):
        raise ValueError(f"{part} is the name of a device on some systems. Choose another.")
