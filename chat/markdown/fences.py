"""Fenced code, with what a growing block must know about it."""

from markdown_it.rules_block import StateBlock
from markdown_it.rules_block import fence as commonmark_fence

#: Columns from which an indented line is code (CommonMark § 4.4).
CODE_INDENT = 4


def fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """CommonMark's fence, noting in ``meta`` whether it was closed and how far its lines are indented."""
    if not commonmark_fence(state, start, end, silent):
        return False
    if not silent:
        token = state.tokens[-1]
        closed = state.line - 1 > start and _closes(state, state.line - 1, token.markup)
        token.meta = {"closed": closed, "indent": state.sCount[start], "floor": state.blkIndent}
    return True


def _closes(state: StateBlock, number: int, markup: str) -> bool:
    line = state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]].rstrip(" \t")
    if state.sCount[number] - state.blkIndent >= CODE_INDENT:
        return False
    return len(line) >= len(markup) and not line.strip(markup[0])
