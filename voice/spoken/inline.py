"""What is said of the text of a block: links by their words, code and addresses as one word, marks not.

Takes the text in pieces. Where a mark may still become something (a link whose address is on its way) it
waits, for a bounded number of characters: so the same pieces come out however the text is cut.
"""

import re
from collections.abc import Callable
from html import unescape
from typing import NamedTuple

from django.utils.translation import gettext as _

from voice.spoken.formulas import formula_said

#: Characters in which a link's words, its address, code, a formula or a tag has to close; else it is text.
MAX_LABEL, MAX_ADDRESS, MAX_CODE, MAX_FORMULA, MAX_TAG, MAX_ENTITY = 400, 2000, 500, 200, 200, 32

_SPECIAL = re.compile(r"[\\`*_~\[\]!<&$]|https?://|www\.")
_ADDRESS_BEGINS = ("https://", "http://", "www.")
_ADDRESS = re.compile(r"(?:https?://|www\.)[!-;=?-~]*")
_AFTER_ADDRESS = ".,;:!?)'\"*_~”»]"
_HOST = re.compile(r"(?:https?://)?(?:[^/@\s]*@)?(?:www\.)?([^/?#\s:]*)")
_LABEL = re.compile(r"\[(?:[^\[\]\\]|\\.)*+")
_DESTINATION = re.compile(r"\((?:[^()\\]|\\.|\((?:[^()\\]|\\.)*+\))*+")
#: By what follows a link's words: what its address may be, what ends it, and within how many characters.
_DESTINATIONS = {"(": (_DESTINATION, ")", MAX_ADDRESS), "[": (_LABEL, "]", MAX_LABEL)}
_TAG = re.compile(rf"</?[a-zA-Z][^<>]{{0,{MAX_TAG}}}>|<!--[^<>]{{0,{MAX_TAG}}}-->")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{0,30});")
_REFERENCE = re.compile(r"\^[^\s\[\]]{1,64}|\d{1,3}(?:\s?[,–-]\s?\d{1,3}){0,9}")
_PUNCTUATION = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")


class Piece(NamedTuple):
    """Words to say; ``whole`` if a stop among them (in a file's name) ends no sentence."""

    words: str
    whole: bool = False


class Found(NamedTuple):
    """What stands at a mark: what is said of it, and where the text goes on."""

    pieces: tuple[Piece, ...]
    end: int


class Inline:
    """The text of one block."""

    def __init__(self) -> None:
        self._text = ""
        self._before = ""  # the last character that was said

    def feed(self, text: str) -> list[Piece]:
        self._text += text
        return self._take(final=False)

    def finish(self) -> list[Piece]:
        """What was waited for will not come; then anew."""
        pieces = self._take(final=True)
        self._before = ""
        return pieces

    def _take(self, *, final: bool) -> list[Piece]:
        text, at, pieces = self._text, 0, list[Piece]()
        while at < len(text):
            special = _SPECIAL.search(text, at)
            plain = special.start() if special else len(text) - (0 if final else _may_begin_address(text))
            if plain > at:
                pieces.append(Piece(text[at:plain]))
                self._before = text[plain - 1]
            at = plain
            if special is None:
                break
            found = _READERS.get(text[at], _address)(text, at, final, self._before)
            if found is None:
                break
            pieces += found.pieces
            at = found.end
            if said := "".join(piece.words for piece in found.pieces):
                self._before = said[-1]
        self._text = text[at:]
        return pieces


def _emphasis(text: str, at: int, final: bool, before: str) -> Found | None:
    """A mark around words is not said; one that stands alone, or between numbers, is a sign."""
    after = text[at + 1 : at + 2]
    if not after and not final:
        return None
    if text[at] == "_":
        inside_a_name = before.isalnum() and after.isalnum()
        return Found((Piece(" "),) if inside_a_name else (), at + 1)
    alone = before in ("", " ") and after in ("", " ")
    between_numbers = before.isdigit() and after.isdigit()
    return Found((Piece(text[at]),) if alone or between_numbers else (), at + 1)


def _image(text: str, at: int, final: bool, _before: str) -> Found | None:
    if at + 1 == len(text) and not final:
        return None
    if text[at + 1 : at + 2] != "[":
        return Found((Piece("!"),), at + 1)
    return _bracket(text, at + 1, final, _("Image: %s"))


def _link(text: str, at: int, final: bool, _before: str) -> Found | None:
    return _bracket(text, at, final, "%s")


def _bracket(text: str, at: int, final: bool, said: str) -> Found | None:
    """A link's words. Marks of footnotes and sources, which a reader's eye passes over, are not said."""
    end = _close(_LABEL, "]", text, at, at + MAX_LABEL, final)
    if not end:
        return None if end is None else Found((), at + 1)
    label, after = text[at + 1 : end - 1], text[end : end + 1]
    if not after and not final:
        return None
    if after not in _DESTINATIONS:
        return Found((), end if _REFERENCE.fullmatch(label) else at + 1)
    body, closer, within = _DESTINATIONS[after]
    end = _close(body, closer, text, end, end + within, final)
    if not end:
        return None if end is None else Found((), at + 1)
    return Found(_words_of(label, said), end)


def _dollar(text: str, at: int, final: bool, before: str) -> Found | None:
    """A formula between dollar signs; or a price."""
    after = text[at + 1 : at + 2]
    if not after and not final:
        return None
    if after == "$":
        return _enclosed(text, at, "$$", "$$", final)
    stop = at + MAX_FORMULA
    close = -1 if not after.strip() or before.isalnum() else _dollar_after(text, at + 1, stop)
    may_come = close == 0 and len(text) < stop
    if not final and (may_come or close + 1 == len(text)):
        return None
    if close <= 0 or text[close - 1].isspace() or text[close + 1 : close + 2].isalnum():
        return Found((Piece("$"),), at + 1)
    return Found((Piece(formula_said(text[at + 1 : close]), whole=True),), close + 1)


def _dollar_after(text: str, at: int, stop: int) -> int:
    """The next dollar sign that is not escaped, or 0."""
    close = text.find("$", at, stop)
    while close > 0 and text[close - 1] == "\\":
        close = text.find("$", close + 1, stop)
    return max(close, 0)


def _may_begin_address(text: str) -> int:
    """How many characters at the end of the text may be the beginning of an address."""
    for begin in _ADDRESS_BEGINS:
        for length in range(min(len(begin) - 1, len(text)), 0, -1):
            if text.endswith(begin[:length]):
                return length
    return 0


def _words_of(label: str, said: str) -> tuple[Piece, ...]:
    before, _mark, after = said.partition("%s")
    inside = Inline()
    return (Piece(before), *inside.feed(label), *inside.finish(), Piece(after))


def _close(body: re.Pattern[str], closer: str, text: str, at: int, stop: int, final: bool) -> int | None:
    """Where the bracket at ``at`` is closed before ``stop``; 0 if it is not; None while it may yet be."""
    found = body.match(text, at, stop)
    end = found.end() if found else at
    if text[end : end + 1] == closer and end < stop:
        return end + 1
    may_come = text[end : end + 1] in ("", "\\", "(") and len(text) < stop
    return None if may_come and not final else 0


def _escaped(text: str, at: int, final: bool, _before: str) -> Found | None:
    after = text[at + 1 : at + 2]
    if not after and not final:
        return None
    if after in ("(", "["):
        return _enclosed(text, at, "\\" + after, "\\)" if after == "(" else "\\]", final)
    if after in _PUNCTUATION:
        return Found((Piece(after),), at + 2)
    return Found((Piece(" "),), at + 1)


def _enclosed(text: str, at: int, opener: str, closer: str, final: bool) -> Found | None:
    """A formula with signs of its own around it; without the closing one, text without the opening."""
    begin = at + len(opener)
    close = text.find(closer, begin, begin + MAX_CODE)
    if close < 0:
        return Found((), begin) if final or len(text) - begin >= MAX_CODE else None
    return Found((Piece(formula_said(text[begin:close]), whole=True),), close + len(closer))


def _code(text: str, at: int, final: bool, _before: str) -> Found | None:
    run = len(text[at : at + MAX_CODE]) - len(text[at : at + MAX_CODE].lstrip("`"))
    begin = at + run
    if run == MAX_CODE:
        return Found((), begin)
    if begin == len(text) and not final:
        return None
    closer = re.compile(rf"(?<!`)`{{{run}}}(?!`)").search(text, begin, begin + MAX_CODE)
    if closer is not None and (closer.end() < len(text) or final or closer.end() == begin + MAX_CODE):
        words = text[begin : closer.start()].strip().removesuffix("()").replace("_", " ")
        return Found((Piece(words, whole=True),), closer.end())
    if final or len(text) - begin >= MAX_CODE:
        return Found((), begin)
    return None


def _angle(text: str, at: int, final: bool, _before: str) -> Found | None:
    """An address in angle brackets, a tag (not said), or a sign."""
    after = text[at + 1 : at + 2]
    if not after and not final:
        return None
    if not (after.isascii() and after.isalpha()) and after not in ("/", "!"):
        return Found((Piece("<"),), at + 1)
    close = text.find(">", at, at + MAX_TAG + 3)
    if close < 0:
        return Found((Piece("<"),), at + 1) if final or len(text) - at >= MAX_TAG + 3 else None
    inside = text[at + 1 : close]
    if inside.startswith(("http://", "https://", "mailto:")) and " " not in inside:
        return Found((Piece(_host_of(inside), whole=True),), close + 1)
    if _TAG.fullmatch(text, at, close + 1):
        return Found((Piece(" "),), close + 1)
    return Found((Piece("<"),), at + 1)


def _entity(text: str, at: int, final: bool, _before: str) -> Found | None:
    close = text.find(";", at, at + MAX_ENTITY)
    space = text.find(" ", at, close if close > 0 else at + MAX_ENTITY)
    if close < 0 and space < 0 and not final and len(text) - at < MAX_ENTITY:
        return None
    if close > 0 and space < 0 and _ENTITY.fullmatch(text, at, close + 1):
        return Found((Piece(unescape(text[at : close + 1])),), close + 1)
    return Found((Piece("&"),), at + 1)


def _address(text: str, at: int, final: bool, _before: str) -> Found | None:
    stop = at + MAX_ADDRESS
    found = _ADDRESS.match(text, at, stop)
    if found is None:
        return Found((Piece(text[at]),), at + 1)
    if found.end() == len(text) < stop and not final:
        return None
    address = found[0].rstrip(_AFTER_ADDRESS)
    return Found((Piece(_host_of(address), whole=True),), at + len(address))


def _host_of(address: str) -> str:
    """What one says of an address: where it leads, not every sign of it."""
    if address.startswith("mailto:"):
        return address.removeprefix("mailto:")
    host = _HOST.match(address)
    return (host[1] if host else "") or address


def _nothing(_text: str, at: int, _final: bool, _before: str) -> Found | None:
    return Found((), at + 1)


#: By the mark: what it begins at that place of the text; None while it needs more of the text to tell.
_READERS: dict[str, Callable[[str, int, bool, str], Found | None]] = {
    "\\": _escaped,
    "`": _code,
    "*": _emphasis,
    "_": _emphasis,
    "~": _emphasis,
    "[": _link,
    "]": _nothing,
    "!": _image,
    "<": _angle,
    "&": _entity,
    "$": _dollar,
}
