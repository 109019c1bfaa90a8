"""Markdown as it is being written: what is finished is drawn once, only the open block is drawn again.

The cost of a feed does not depend on how much came before. Words that only make a paragraph or a code
block longer are not parsed at all (``growth``); of a long list or table only the last item is parsed
(``seams``). Any other open block of more than ``FREE_TAIL`` characters is parsed when it has grown by a
``TAIL_GROWTH``-th: all its parses together cost a fixed multiple of its length, and the page lags by that
part of it at most.
"""

from collections import ChainMap
from typing import Any

from django.utils.safestring import SafeString
from markdown_it.token import Token

from chat.markdown.blocks import Block, blocks_of, count_finished, offset_of
from chat.markdown.document import PARSER, numbers_for, write
from chat.markdown.footnotes import Numbers
from chat.markdown.growth import Growth, growth_of, open_code_text
from chat.markdown.limits import FREE_TAIL, TAIL_GROWTH
from chat.markdown.mending import without_empty_cells
from chat.markdown.patches import Close, Grow, Patch, Tail, growth, insertions, swap
from chat.markdown.plain import fit
from chat.markdown.sanitizer import sanitized
from chat.markdown.seams import SHORT, Seam, next_seam
from chat.markdown.undecided import Shown, shown


class Stream:
    """One answer under way, and the HTML of what has come of it.

    Later link definitions and footnotes do not change what is finished: ``render`` the whole text at the end.
    """

    def __init__(self, prefix: str = "", swaps: bool = False) -> None:
        """``prefix`` (a message's id) keeps footnotes' ids its own; ``swaps``: the page knows ``Swap``."""
        self._swaps = swaps
        self._numbers = numbers_for(prefix)
        self._references: dict[str, Any] = {}
        self._text: list[str] = []
        self._closed: list[str] = []
        self._source = Pieces()
        self._parsed = 0
        self._tail = ""
        self._grown = Pieces()
        self._growth: Growth | None = None
        self._seam: Seam | None = None
        self._after_return = False

    @property
    def text(self) -> str:
        """All that was fed, with its line ends made one."""
        return "".join(self._text)

    @property
    def html(self) -> SafeString:
        """The finished blocks."""
        return SafeString("".join(self._closed))

    @property
    def tail(self) -> SafeString:
        """The open block, as far as it is drawn."""
        return SafeString(self._drawn())

    def feed(self, md: str) -> list[Patch]:
        """Takes the next piece of the answer; gives what changes on the page, in order."""
        text = self._with_line_ends(fit(md))
        self._text.append(text)
        if not text:
            return []
        html, used = self._growth.take(text) if self._growth else ("", 0)
        self._source.append(text)
        if used == len(text):
            self._parsed = self._source.length
            return self._grow(html)
        if self._is_due():
            return self._redraw()
        self._parsed += used
        patches = self._grow(html)
        self._growth = None
        return patches

    def finish(self) -> list[Patch]:
        """The end of the answer: what is open is finished as it stands, and the tail is empty."""
        return self._redraw(final=True)

    def _with_line_ends(self, md: str) -> str:
        """``\\r\\n`` and ``\\r`` as ``\\n``, also where a feed ends between the two."""
        if self._after_return and md.startswith("\n"):
            md, self._after_return = md[1:], False
        if md:
            self._after_return = md.endswith("\r")
        return md.replace("\r\n", "\n").replace("\r", "\n") if "\r" in md else md

    def _is_due(self) -> bool:
        length = self._source.length
        return length <= FREE_TAIL or (length - self._parsed) * TAIL_GROWTH >= length

    def _grow(self, html: str) -> list[Patch]:
        if not html or self._growth is None:
            return []
        self._grown.append(html)
        return [Grow(self._growth.depth, html)]

    def _drawn(self) -> str:
        """The tail as the page has it."""
        if self._grown.length:
            position = insertions(self._tail)[0][1]
            self._tail = self._tail[:position] + self._grown.joined() + self._tail[position:]
            self._grown = Pieces()
        return self._tail

    def _redraw(self, final: bool = False) -> list[Patch]:
        old, source = self._drawn(), self._source.joined()
        known = len(self._seam.html) if self._seam else 0
        view, tokens, env = self._parse(source, final)
        if self._seam and not self._seam.fits(tokens):
            source = self._seam.whole_source(source)
            self._seam = None
            view, tokens, env = self._parse(source, final)
        blocks = blocks_of(tokens)
        finished = len(blocks) if final else count_finished(blocks, source)
        patches: list[Patch] = []
        if finished:
            patches, old = [self._close(tokens[: blocks[finished - 1].last], env)], ""
            source = self._cut(source, blocks[finished - 1], env, final)
            del tokens[: blocks[finished - 1].last]
        elif not blocks:
            source = _without_blank_lines(source)
        self._tail = "" if final else self._written(tokens, env, source)
        self._growth = (
            growth_of(tokens, source, self._tail, not view.whole or "held" in env) if self._tail else None
        )
        if len(blocks) - finished == 1 and (self._seam or len(source) > SHORT):
            source = self._advance_seam(tokens, source, env)
        self._source = Pieces(source)
        self._parsed = len(source)
        return patches + self._change(old, known)

    def _change(self, old: str, known: int) -> list[Patch]:
        """The smallest patch to this tail from ``old``, whose first ``known`` characters are finished."""
        new = self._tail
        if old == new:
            return []
        if grown := growth(old, new):
            return grown
        swapped = swap(old, new, known) if self._swaps and old else None
        return [swapped or Tail(new)]

    def _parse(self, source: str, final: bool) -> tuple[Shown, list[Token], dict[str, Any]]:
        view = Shown(source, True) if final else shown(source)
        env = self._env(final)
        tokens = PARSER.parse(view.source, env)
        if not view.whole and tokens and _is_code(tokens):
            whole_env = self._env(final)
            whole = PARSER.parse(source, whole_env)
            if _is_code(whole):  # else the last line closes the block, if it ends as it is now
                return Shown(source, True), whole, whole_env
        return view, tokens, env

    def _env(self, final: bool) -> dict[str, Any]:
        return {
            "streaming": True,
            "open": not final,
            "references": ChainMap({}, self._references),
            "numbers": self._numbers,
        }

    def _close(self, tokens: list[Token], env: dict[str, Any]) -> Close:
        """Draws blocks for the last time."""
        html = sanitized(write(tokens, env))
        if self._seam:
            html = self._seam.joined(html)
        self._closed.append(html)
        return Close(html)

    def _cut(self, source: str, last: Block, env: dict[str, Any], final: bool) -> str:
        """The source after the last finished block, whose link definitions are kept."""
        for label, reference in env["references"].maps[0].items():
            if reference["map"][1] <= last.end:
                self._references.setdefault(label, reference)
        self._seam = None
        return "" if final else _without_blank_lines(source[offset_of(source, last.end) :])

    def _written(self, tokens: list[Token], env: dict[str, Any], source: str) -> str:
        """The open block, its footnotes numbered without being remembered."""
        if not source.endswith("\n"):
            without_empty_cells(tokens)
        numbers = self._numbers
        scratch = Numbers(numbers.prefix, ChainMap({}, numbers.by_label), ChainMap({}, numbers.mentions))
        html = sanitized(write(tokens, {**env, "numbers": scratch, "open_fence": open_code_text}))
        return self._seam.joined(html) if self._seam else html

    def _advance_seam(self, tokens: list[Token], source: str, env: dict[str, Any]) -> str:
        """Moves the seam to the last item or row, if that, parsed alone, is drawn as it is in the whole."""
        if env["references"].maps[0] or "[^" in source:
            return source
        found = next_seam(blocks_of(tokens)[0], tokens, source, self._seam)
        if found is None:
            return source
        seam, rest = found
        _, alone, env = self._parse(rest, final=False)
        before, self._seam = self._seam, None
        if seam.fits(alone):
            html = seam.rest(self._written(alone, env, rest))
            if html and self._tail.endswith(html):
                self._seam = Seam(seam.lead, self._tail[: -len(html)], seam.head, seam.start, seam.loose)
                return rest
        self._seam = before
        return source


def _is_code(tokens: list[Token]) -> bool:
    """Whether the text ends inside a code block, where no mark means anything."""
    last = next((token for token in reversed(tokens) if token.nesting >= 0), None)
    return last is not None and (
        last.type == "code_block" or (last.type == "fence" and not last.meta["closed"])
    )


def _without_blank_lines(source: str) -> str:
    """The source from its first line that is not blank, or its last."""
    start = 0
    while (end := source.find("\n", start)) >= 0 and not source[start:end].strip(" \t"):
        start = end + 1
    return source[start:]


class Pieces:
    """A long string that is appended to more often than read."""

    def __init__(self, first: str = "") -> None:
        self._parts = [first]
        self.length = len(first)

    def append(self, part: str) -> None:
        self._parts.append(part)
        self.length += len(part)

    def joined(self) -> str:
        if len(self._parts) > 1:
            self._parts = ["".join(self._parts)]
        return self._parts[0]
