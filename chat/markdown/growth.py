"""The fast path: text that only makes an open paragraph or an open code block longer, without a parser.

What a growth takes must give exactly what parsing it would; the tests hold it to that.
"""

import re
from collections.abc import Sequence
from typing import Protocol

from markdown_it.token import Token

from chat.markdown.patches import insertions
from chat.markdown.plain import escaped

#: In a line that already holds a letter, these mean nothing, alone or with what stands before them. Not among
#: them: any mark of Markdown's, and ``)`` and ``;``, which may end a link's address or an entity.
_WORDS = r"[^\s\x00-\x1f\x7f-\x9f`*_~\[\]<>&$\\/#|{extra}]"
_SPACED = r"(?:{words}|(?<![:/])/| )+"
_CAREFUL = re.compile(_SPACED.format(words=_WORDS.format(extra=");")))
_RELAXED = re.compile(_SPACED.format(words=_WORDS.format(extra="")))
_LAST_WORD = re.compile(_WORDS.format(extra="") + r"{1,8}\Z")
_LETTER = re.compile(r"[^\W\d_]")
_BLANK = " \t\n"
_ENDS_OF_MENDED = frozenset(("em_close", "strong_close", "s_close"))


class Growth(Protocol):
    """Where the tail grows (``depth`` as of ``Grow``), and with what."""

    depth: int

    def take(self, text: str) -> tuple[str, int]:
        """HTML to append for as much of the text as is understood, and how many characters that is."""


class Words:
    """Plain words at the end of a line of a paragraph, heading, list item, quote or cell."""

    def __init__(self, depth: int, source: str, careful: bool) -> None:
        self.depth = depth
        self._last = source[-1]
        self._spaces = source[len(source.rstrip(" ")) :]
        self._pattern = _CAREFUL if careful else _RELAXED

    def take(self, text: str) -> tuple[str, int]:
        found = self._pattern.match(self._last + text, 1)
        if found is None:
            return "", 0
        taken = self._spaces + found[0]
        self._last = taken[-1]
        html = taken.rstrip(" ")
        self._spaces = taken[len(html) :]
        return html, found.end() - 1


class Lines:
    """Lines of an open code block; it stops at one that may close it."""

    def __init__(self, depth: int, source: str, fence: Token) -> None:
        self.depth = depth
        self._indent, self._floor = fence.meta["indent"], fence.meta["floor"]
        self._closer = _closer(fence)
        self._line = source[source.rfind("\n") + 1 :]
        start = fence.content.rfind("\n") + 1
        held = self._may_close(fence.content[start:])
        self._drawn_of_line = not held
        self._spaces = fence.content[len(open_code_text(fence)) : start if held else None]

    def _may_close(self, line: str) -> bool:
        return self._closer.fullmatch(line) is not None

    def take(self, text: str) -> tuple[str, int]:
        out = [self._spaces]
        used = 0
        while used < len(text):
            end = text.find("\n", used) + 1
            if not self._take_line(text[used : end or len(text)], out):
                break
            used = end or len(text)
        code = "".join(out)
        html = code.rstrip(_BLANK)
        self._spaces = code[len(html) :]
        return escaped(html), used

    def _take_line(self, piece: str, out: list[str]) -> bool:
        """A piece of one line, with or without its end; False if only the parser knows what it is."""
        line = self._line + piece
        ends = line.endswith("\n")
        if self._drawn_of_line:
            out.append(piece)
        elif ends or not self._may_close(line):
            dedented = self._dedented(line)
            if dedented is None or (line.strip(_BLANK) and self._may_close(line.rstrip("\n"))):
                return False
            out.append(dedented)
            self._drawn_of_line = True
        self._line = "" if ends else line
        self._drawn_of_line &= not ends
        return True

    def _dedented(self, line: str) -> str | None:
        """The line without the fence's own indent; None where tabs or too little of it need the parser."""
        spaces = len(line) - len(line.lstrip(" "))
        if line[spaces : spaces + 1] == "\t" and spaces < self._indent:
            return None
        if spaces < self._floor and line.strip(_BLANK):
            return None
        return line[min(spaces, self._indent) :]


def _closer(fence: Token) -> re.Pattern[str]:
    return re.compile(rf"[ \t]*{re.escape(fence.markup[0])}*[ \t]*")


def open_code_text(fence: Token) -> str:
    """What is drawn of an open code block: not white space at its end, nor a line that may yet close it."""
    content = fence.content
    start = content.rfind("\n") + 1
    if _closer(fence).fullmatch(content, start):
        content = content[:start]
    return content.rstrip(_BLANK)


def growth_of(tokens: Sequence[Token], source: str, html: str, held: bool) -> Growth | None:
    """How the tail can grow from here, if the last thing drawn is text whose meaning is settled."""
    depth, position = insertions(html)[0]
    last = next((token for token in reversed(tokens) if token.nesting >= 0), None)
    if last is None or held:
        return None
    if last.type == "fence":
        return Lines(depth, source, last) if _grows_by_lines(tokens, last, source) else None
    if last.type != "inline" or not _grows_by_words(last, source):
        return None
    word = _LAST_WORD.search(source.rstrip(" "))
    if word is None or not html.endswith(escaped(word[0]), 0, position):
        return None
    careful = "](" in last.content or "\\(" in last.content or "&" in last.content
    return Words(depth, source, careful)


def _grows_by_lines(tokens: Sequence[Token], fence: Token, source: str) -> bool:
    """An open fence, with its first line complete, and in nothing but lists."""
    if fence.meta["closed"] or fence.map is None or source.count("\n") <= fence.map[0]:
        return False
    return all(token.type in _LISTS for token in tokens if token.level < fence.level and token.nesting > 0)


_LISTS = frozenset(("bullet_list_open", "ordered_list_open", "list_item_open", "paragraph_open"))


def _grows_by_words(inline: Token, source: str) -> bool:
    """Text at the end of a line that has a letter, so is no rule, list or table; not perhaps a definition."""
    children = inline.children or []
    last = next((child for child in reversed(children) if child.type not in _ENDS_OF_MENDED), None)
    if last is None or last.type != "text" or not last.content or inline.content.startswith("["):
        return False
    return _LETTER.search(source, source.rfind("\n") + 1) is not None
