"""Bounds that keep the cost of hostile text linear."""

#: Levels of nested block or inline tokens (a list is two: the list and its item); deeper text stays plain.
MAX_NESTING = 20
#: Characters of one formula; a longer one is shown as its source.
MAX_TEX = 2000
#: Nested braces in a formula: the converter recurses for each.
MAX_TEX_DEPTH = 40
#: Characters of a code block that is given colours.
MAX_HIGHLIGHTED = 20_000
#: Seconds of processor a code block's colours may take: five times the usual, and a lexer's first start.
HIGHLIGHT_SECONDS = 0.1
HIGHLIGHT_SECONDS_PER_CHARACTER = 10e-6
#: Characters of one bare link.
MAX_URL = 2048
#: Characters of a footnote's label.
MAX_LABEL = 64
#: Characters of an open block that is parsed anew at every feed; see ``Stream``.
FREE_TAIL = 2048
#: Above that, it is parsed when it has grown by one part in this many, so all its parses cost O(its length).
TAIL_GROWTH = 16
