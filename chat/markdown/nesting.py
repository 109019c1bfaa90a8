"""A floor under nested blocks: the parser would drop what lies deeper; its text stays, as a paragraph."""

from markdown_it.rules_block import StateBlock

from chat.markdown.limits import MAX_NESTING


def too_deep(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Block rule before all others."""
    if silent or state.level < MAX_NESTING - 2:
        return False
    last = start + 1
    while last < end and (state.isEmpty(last) or state.sCount[last] >= state.blkIndent):
        last += 1
    text = state.getLines(start, last, state.blkIndent, False).strip()
    state.push("paragraph_open", "p", 1).map = [start, last]
    token = state.push("inline", "", 0)
    token.content, token.map, token.children = text, [start, last], []
    token.meta = {"plain": True}
    state.push("paragraph_close", "p", -1)
    state.line = last
    return True
