"""What is begun and not ended where an answer under way ends, drawn as if it were ended.

A reader should not see ``**impor`` turn into bold, nor ``[text](https://…`` into a link. The rules here apply
only while ``env["open"]``; nothing of this touches finished blocks or ``render``.
"""

import re

from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.token import Token

_RUN = re.compile(r"`+")
_LINK = re.compile(r"""!?\[([^\[\]\n]*)(?:\]?\Z|\]\((?:[^\s()<>]|\([^\s()]*\))*(?:\s+["'][^"'\n]*)?\Z)""")
#: The end of a row of at least two cells.
_EMPTY_CELL = ["td_close", "td_open", "inline", "td_close", "tr_close"]
#: Longer runs of marks are decoration, not emphasis.
_LONGEST_RUN = 3
_LONGEST_CODE_RUN = 2


def ends_open(source: str, token: Token, container: str) -> bool:
    """Whether a document's last inline token, inside a ``container`` (a token type), may still go on."""
    if source.endswith("\n") and container != "paragraph_open":
        return False
    lines = source.count("\n") + (not source.endswith("\n"))
    return token.map is not None and token.map[1] >= lines


def without_empty_cells(tokens: list[Token]) -> None:
    """Takes from a table's row under way the cells that the parser made up: they are still to come."""
    end = len(tokens)
    while end and tokens[end - 1].nesting < 0 and tokens[end - 1].type != "tr_close":
        end -= 1
    while [token.type for token in tokens[max(0, end - 5) : end]] == _EMPTY_CELL and not tokens[
        end - 3
    ].content:
        del tokens[end - 4 : end - 1]
        end -= 3


def mend_pairs(state: StateInline) -> None:
    """Post-processing rule: emphasis that was opened and not closed ends with the text."""
    if not state.env.get("open"):
        return
    delimiters = state.delimiters
    covered = -1
    openers: list[int] = []
    for number, delimiter in enumerate(delimiters):
        covered = max(covered, delimiter.end)
        opens_only = delimiter.open and not delimiter.close and delimiter.length <= _LONGEST_RUN
        if opens_only and delimiter.end < 0 and covered < number:
            openers.append(number)
    for number in reversed(openers):
        opener = delimiters[number]
        state.push("text", "", 0).content = ""
        opener.end = len(delimiters)
        delimiters.append(Delimiter(opener.marker, opener.length, len(state.tokens) - 1, -1, False, True))


def open_code(state: StateInline, silent: bool) -> bool:
    """Inline rule: a code span without its end."""
    src, pos = state.src, state.pos
    if silent or src[pos] != "`" or not state.env.get("open") or state.posMax != len(src):
        return False
    run = _RUN.match(src, pos)
    end = run.end() if run else pos
    if end - pos > _LONGEST_CODE_RUN or src[end : end + 1].isspace() or (pos and src[pos - 1].isalnum()):
        return False
    if re.compile(f"(?<!`)`{{{end - pos}}}(?!`)").search(src, end):
        return False
    state.push("code_inline", "code", 0).content = src[end:].replace("\n", " ")
    state.pos = state.posMax
    return True


def open_link(state: StateInline, silent: bool) -> bool:
    """Inline rule: of a link or image whose address is on its way, the text, as a link to nowhere yet."""
    src, pos = state.src, state.pos
    if silent or src[pos] not in "![" or not state.env.get("open") or state.posMax != len(src):
        return False
    found = _LINK.match(src, pos)
    if found is None or (pos and src[pos - 1].isalnum()):
        return False
    if found.end(1) < len(src):
        state.env["held"] = True
    state.push("link_open", "a", 1)
    state.pos, state.posMax = found.start(1), found.end(1)
    state.md.inline.tokenize(state)
    state.push("link_close", "a", -1)
    state.pos = state.posMax = len(src)
    return True
