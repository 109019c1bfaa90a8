"""What a line of Markdown is, decided as soon as what follows can change it no more."""

import re
from enum import Enum, auto
from typing import NamedTuple

#: Characters of a line within which it shows what it is; a longer one is prose.
MAX_LINE = 4000
#: Columns from which an indented line is code (CommonMark § 4.4).
CODE_INDENT = 4

_QUOTED = re.compile(r"(?:[ ]{0,3}>[ \t]?)*+")
_FENCE = re.compile(r"(`{3,}|~{3,})[ \t]*(.*)")
_HEADING = re.compile(r"#{1,6}(?:[ \t]+|$)")
_BULLET = re.compile(r"[-*+](?:[ \t]+|$)")
_NUMBER = re.compile(r"(\d{1,9})[.)](?:[ \t]+|$)")
_BOX = re.compile(r"\[([ xX])\][ \t]+")
_RULE = re.compile(r"(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,}|=+[ \t]*|-+[ \t]*")
_TABLE_RULE = re.compile(r"[ \t:|-]*-[ \t:|-]*")
_NOTE = re.compile(r"\[\^[^\s\[\]]{1,64}\]:[ \t]*")
_DEFINITION = re.compile(r"\[[^\[\]]{1,400}\]:")

#: A line so far that may become more than prose, by its first character.
_UNDECIDED = {
    "#": re.compile(r"#{1,6}[ \t]*"),
    "-": re.compile(r"[-\s:|]+"),
    "*": re.compile(r"[*\s]+"),
    "+": re.compile(r"\+[ \t]*"),
    "_": re.compile(r"[_\s]+"),
    "=": re.compile(r"[=\s]+"),
    ":": re.compile(r"[-\s:|]+"),
    "`": re.compile(r"`{1,2}|`{3,}[^`]*"),
    "~": re.compile(r"~{1,2}|~{3}.*"),
    "$": re.compile(r"\$|\$\$.*"),
    "\\": re.compile(r"\\|\\\[.*"),
    "[": re.compile(r"\[[^\[\]]{0,400}\]?|\[[^\[\]]{1,400}\]:.*"),
    "|": re.compile(r".*"),
}
_UNDECIDED_NUMBER = re.compile(r"\d{1,9}(?:[.)][ \t]*)?")
_UNDECIDED_BOX = re.compile(r"\[(?:[ xX](?:\][ \t]*)?)?")
_MATH = {"$$": "$$", "\\[": "\\]"}


class Kind(Enum):
    BLANK = auto()
    TEXT = auto()
    HEADING = auto()
    ITEM = auto()
    NOTE = auto()
    FENCE = auto()
    CODE = auto()
    MATH = auto()
    ROW = auto()
    RULE = auto()
    DEFINITION = auto()


class Line(NamedTuple):
    """``rest`` is what is left to say of it, or all of it where that has to be looked at as a whole.

    ``mark`` is the number of an item, the fence of code, or what closes a formula; ``done`` the state of a
    task; ``indented`` where it does not begin at the margin, ``quoted`` in a quote.
    """

    kind: Kind
    rest: str = ""
    mark: str = ""
    done: bool | None = None
    indented: bool = False
    quoted: bool = False


def line_of(line: str, *, ended: bool, may_be_code: bool = False) -> Line | None:
    """The line, or as much of it as there is; None while it may become this or that."""
    body, indent = _unquoted(line)
    quoted, stripped = len(body) < len(line), body.strip()
    if len(line) > MAX_LINE:
        return Line(Kind.TEXT, body.lstrip(), indented=indent > 0, quoted=quoted)
    if not stripped:
        return Line(Kind.BLANK) if ended else None
    if may_be_code and indent >= CODE_INDENT:
        return Line(Kind.CODE) if ended else None
    body = body.lstrip()
    if not ended and _may_become_more(body):
        return None
    found = _marked(body) or _as_a_whole(body.rstrip()) or Line(Kind.TEXT, body)
    return found._replace(indented=indent > 0, quoted=quoted)


def unquoted(line: str) -> str:
    """The line without the marks of the quotes that it stands in."""
    return _unquoted(line)[0]


def is_indented_code(line: str) -> bool:
    body, indent = _unquoted(line)
    return indent >= CODE_INDENT or not body.strip()


def _unquoted(line: str) -> tuple[str, int]:
    quoted = _QUOTED.match(line)
    body = line[quoted.end() :] if quoted else line
    expanded = body[: len(body) - len(body.lstrip())].expandtabs(CODE_INDENT)
    return body, len(expanded)


def _may_become_more(body: str) -> bool:
    first = body[0]
    if first == ">":
        return False
    if first.isdigit():
        return _UNDECIDED_NUMBER.fullmatch(body) is not None or _box_may_come(body, _NUMBER)
    undecided = _UNDECIDED.get(first)
    return undecided is not None and (
        undecided.fullmatch(body) is not None or (first in "-*+" and _box_may_come(body, _BULLET))
    )


def _box_may_come(body: str, marker: re.Pattern[str]) -> bool:
    found = marker.match(body)
    return found is not None and _UNDECIDED_BOX.fullmatch(body, found.end()) is not None


def _marked(body: str) -> Line | None:
    """A line that begins with a mark of its own and is prose after that."""
    if _RULE.fullmatch(body):
        return Line(Kind.RULE, body)
    if found := _HEADING.match(body):
        return Line(Kind.HEADING, body[found.end() :])
    if found := _BULLET.match(body):
        return _item(body[found.end() :], "")
    if (found := _NUMBER.match(body)) and body[0].isascii():
        return _item(body[found.end() :], found[1])
    if found := _NOTE.match(body):
        return Line(Kind.NOTE, body[found.end() :])
    return None


def _item(rest: str, number: str) -> Line:
    box = _BOX.match(rest)
    if box is None:
        return Line(Kind.ITEM, rest, number)
    return Line(Kind.ITEM, rest[box.end() :], number, done=box[1] != " ")


def _as_a_whole(body: str) -> Line | None:
    """A line that says nothing by its parts."""
    if (found := _FENCE.fullmatch(body)) and not ("`" in found[1] and "`" in found[2]):
        return Line(Kind.FENCE, found[2], found[1])
    if _TABLE_RULE.fullmatch(body):
        return Line(Kind.RULE, body)
    if body[0] == "|":
        return Line(Kind.ROW, body)
    if _DEFINITION.match(body):
        return Line(Kind.DEFINITION)
    closer = _MATH.get(body[:2])
    if closer and body.find(closer, 2) in (-1, len(body) - 2):
        return Line(Kind.MATH, body[2:], closer)
    return None
