"""Text that every store and socket accepts, out of whatever a model sent; and what in it nobody would see."""

import re

REPLACEMENT = "\ufffd"

#: What is not seen, or turns the direction of reading: controls, marks of direction, fillers, tags.
_UNSEEN = re.compile(
    "(?:[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb"
    "\U0001d173-\U0001d17a\U000e0000-\U000e0fff]|\r(?!\n)"
    # Joiners are letters' business, and emoji's; elsewhere they hide something.
    "|(?<![\u0300-\uffff\U00010000-\U0001ffff])[\u200c\u200d]|[\u200c\u200d](?![\u0300-\uffff\U00010000-\U0001ffff]))+"
)
#: So much blank that what comes after it would not be looked for.
_BLANK = re.compile(r"\s{100,}")
#: Of characters in a row that are not seen: so many are named, more are counted.
_NAMED = 4


class WholeCharacters:
    """Repairs a stream of text pieces: any split of the same text gives the same result.

    JSON can escape half of a surrogate pair, and some servers put the halves of an emoji in two chunks; UTF-8
    can encode neither half. PostgreSQL refuses NUL. Halves are joined, what stays alone becomes U+FFFD.
    """

    def __init__(self) -> None:
        self._half = ""

    def feed(self, piece: str) -> str:
        if piece.isascii() and not self._half:
            return piece if "\0" not in piece else piece.replace("\0", REPLACEMENT)
        piece, self._half = self._half + piece, ""
        if "\ud800" <= piece[-1:] <= "\udbff":
            piece, self._half = piece[:-1], piece[-1]
        whole = piece.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return whole.replace("\0", REPLACEMENT)

    def flush(self) -> str:
        """What the end of the stream leaves of a half."""
        left, self._half = self._half, ""
        return REPLACEMENT if left else ""


def storable(text: str) -> str:
    """The whole of a text in such characters."""
    characters = WholeCharacters()
    return characters.feed(text) + characters.flush()


def visible(text: str) -> str:
    """The text as a person has to see it to judge it: what would not be seen is named, ``[U+202E]``."""
    if text.isascii() and text.isprintable() and " " * 100 not in text:
        return text
    return _BLANK.sub(lambda blank: f"[{len(blank[0])} blank]", _UNSEEN.sub(_name, text))


def _name(run: re.Match[str]) -> str:
    named = "".join(f"[U+{ord(one):04X}]" for one in run[0][:_NAMED])
    return named if len(run[0]) <= _NAMED else f"{named}[+ {len(run[0]) - _NAMED}]"
