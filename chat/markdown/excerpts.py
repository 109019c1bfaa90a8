"""Markdown as the words a reader would see, for a line of a list. Not parsed: it may be cut anywhere."""

import re

#: In this order: what stands around words, and what is left of it.
_MARKS = (
    (re.compile(r"^[ \t]*(`{3,}|~{3,}).*$", re.MULTILINE), ""),  # the lines around code
    (re.compile(r"^[ \t]*\|?[ \t:|-]*-{3,}[ \t:|-]*$", re.MULTILINE), ""),  # rules, and under a table's head
    (re.compile(r"^[ \t]*(?:>[ \t]*)+", re.MULTILINE), ""),
    (re.compile(r"^[ \t]*#{1,6}[ \t]+|[ \t]+#+[ \t]*$", re.MULTILINE), ""),
    (re.compile(r"^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?", re.MULTILINE), ""),
    (re.compile(r"\[\^[^\]\s]{1,100}\]:?"), ""),  # footnotes
    (re.compile(r"!?\[([^\[\]]{0,1000})\]\([^()\s]{0,2000}(?:[ \t]\"[^\"]{0,500}\")?\)"), r"\1"),
    (re.compile(r"<((?:https?://|mailto:)[^<>\s]{1,2000})>"), r"\1"),
    (re.compile(r"(?<!\\)(?:(?:\*{1,3}|~~|`{1,2})(?=\S)|(?<=\S)(?:\*{1,3}|~~|`{1,2}))"), ""),
    (re.compile(r"(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)"), ""),
    (re.compile(r"[ \t]*(?<!\\)\|[ \t]*"), " "),  # between the cells of a table
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
)


def words_only(text: str) -> str:
    """``text`` without its marks, on one line."""
    for mark, left in _MARKS:
        text = mark.sub(left, text)
    return " ".join(text.split())
