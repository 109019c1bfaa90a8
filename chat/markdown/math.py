"""Parser rules for formulas: ``$…$``, ``\\(…\\)`` in a line, ``$$…$$``, ``\\[…\\]`` in a line or as a block.

A block formula ends at a blank line at the latest, as in TeX: so one whole line always decides what it
begins, which is what lets ``Stream`` finish the block before it.
"""

from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from chat.markdown.limits import MAX_TEX

_BLOCK = {"$$": "$$", "\\[": "\\]"}
_INLINE = {"$$": ("$$", True), "\\(": ("\\)", False), "\\[": ("\\]", True)}


def math_inline(state: StateInline, silent: bool) -> bool:
    """Inline rule at ``$`` or ``\\``."""
    src, pos = state.src, state.pos
    if src[pos] not in "$\\":
        return False
    opener = src[pos : pos + 2]
    if opener in _INLINE:
        closer, display = _INLINE[opener]
        return _closed(state, silent, opener, src.find(closer, pos + 2, pos + MAX_TEX), display)
    if opener[0] != "$" or not _opens(src, pos):
        return False
    end = _dollar_after(src, pos + 1)
    closes = end > pos + 1 and not src[end - 1].isspace() and not src[end + 1 : end + 2].isalnum()
    return closes and _closed(state, silent, "$", end, False)


def _opens(src: str, pos: int) -> bool:
    """A dollar sign that may begin a formula: not after a letter or number (``US$5``), nor before a space."""
    after = src[pos + 1 : pos + 2]
    return after not in ("", "$") and not after.isspace() and not (pos and src[pos - 1].isalnum())


def _dollar_after(src: str, pos: int) -> int:
    """The next unescaped dollar sign, or -1; a formula in a line is short, so this looks no further."""
    end = pos + MAX_TEX
    while (pos := src.find("$", pos, end)) > 0 and src[pos - 1] == "\\":
        pos += 1
    return pos


def _closed(state: StateInline, silent: bool, opener: str, end: int, display: bool) -> bool:
    start = state.pos + len(opener)
    if end > state.posMax - len(opener) or (end < 0 and not _open_at_end(state, opener)):
        return False
    if end == start or not state.src[start : end if end > 0 else None].strip():
        return False
    if end < 0 and not silent:
        state.push("math_open_end", "", 0).content = state.src[state.pos :]
    elif not silent:
        token = state.push("math", "math", 0)
        token.content, token.meta = state.src[start:end].strip(), {"display": display}
    state.pos = state.posMax if end < 0 else end + len(opener)
    return True


def _open_at_end(state: StateInline, opener: str) -> bool:
    """Whether the formula may still be on its way: the text ends inside it."""
    return bool(state.env.get("open")) and opener != "$" and state.posMax == len(state.src)


def math_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule: a line that begins with ``$$`` or ``\\[`` and has its closer at the end or not at all."""
    line = _line(state, start)
    closer = _BLOCK.get(line[:2])
    if closer is None or state.is_code_block(start):
        return False
    found = line.find(closer, 2)
    if found >= 0 and found + 2 < len(line):
        return False
    if silent:
        return True
    last, closed = start, found >= 0
    while (
        not closed
        and last + 1 < end
        and not state.isEmpty(last + 1)
        and state.sCount[last + 1] >= state.blkIndent
    ):
        last += 1
        closed = _line(state, last).endswith(closer)
    lines = [_line(state, number) for number in range(start, last + 1)]
    token = state.push("math_block", "math", 0)
    token.content = "\n".join(lines)
    token.meta = {"closed": closed}
    token.map = [start, last + 1]
    state.line = last + 1
    return True


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]].rstrip()
