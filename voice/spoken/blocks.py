"""Blocks of Markdown as they arrive: prose is said sentence by sentence, what is drawn as one would tell it.

Read line by line, as much of a line as decides what it is: the words of a paragraph are passed on before
its line has ended. What is said never depends on where the text was cut.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from voice.spoken.code import code_said
from voice.spoken.formulas import formula_said
from voice.spoken.inline import Inline, Piece
from voice.spoken.lines import MAX_LINE, Kind, Line, is_indented_code, line_of, unquoted
from voice.spoken.sentences import Sentences
from voice.spoken.tables import cells_of, is_rule_of


@dataclass
class _Code:
    """A block of code under way: ``fence`` is what closes it, empty where that is a line at the margin."""

    fence: str
    info: str = ""
    lines: int = 0
    blank: int = 0  # at its end so far


@dataclass
class _Math:
    closer: str
    lines: list[str] = field(default_factory=list)


class Speakable:
    """One text. ``feed`` gives the sentences that it completes, ``finish`` the last ones; none is empty.

    Words of our own ("A code block…") are in the language that is active.
    """

    def __init__(self) -> None:
        self._inline = Inline()
        self._sentences = Sentences()
        self._line = ""  # of the line under way, what does not show yet what it is
        self._prose: Kind | None = None  # what it is, where its words go straight on
        self._after_return = False
        self._open = False  # a paragraph that the next line may go on with
        self._after_blank = True
        self._in_list = False
        self._quoted = False
        self._head: str | None = None  # a line that the next one may make the head of a table
        self._held = False  # nothing of that was passed on
        self._columns: list[str] | None = None
        self._block: _Code | _Math | None = None

    def feed(self, md: str) -> list[str]:
        said: list[str] = []
        for number, text in enumerate(self._lines(md)):
            if number:
                said += self._end_line()
            said += self._add(text)
        return said

    def finish(self) -> list[str]:
        said = self._end_line() if self._line or self._prose else []
        return said + self._end_block() + self._end_text()

    def _lines(self, md: str) -> list[str]:
        if self._after_return and md.startswith("\n"):
            md, self._after_return = md[1:], False
        if md:
            self._after_return = md.endswith("\r")
        return md.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").split("\n")

    def _add(self, text: str) -> list[str]:
        """More of the line under way."""
        if self._prose is not None:
            if self._head is not None:
                self._head = (self._head + text)[: MAX_LINE + 1]
            return self._say(self._inline.feed(text))
        if self._block is None:
            self._line += text
            line = line_of(self._line, ended=False, may_be_code=self._may_be_code) if self._line else None
            return self._begin_prose(line) if line and self._columns is None else []
        self._line += text[: max(0, MAX_LINE - len(self._line))]  # a formula or code: no more is looked at
        return []

    @property
    def _may_be_code(self) -> bool:
        return self._after_blank and not self._in_list

    def _end_line(self) -> list[str]:
        text, self._line = self._line, ""
        if self._prose is not None:
            prose, self._prose = self._prose, None
            self._open = prose is not Kind.HEADING
            return self._end_text() if prose is Kind.HEADING else []
        if self._block is not None:
            said, is_over = self._block_line(self._block, text)
            if not is_over:
                return said
            return said + self._whole_line(text)
        return self._whole_line(text)

    def _whole_line(self, text: str) -> list[str]:
        """A line that shows only now what it is."""
        line = line_of(text, ended=True, may_be_code=self._may_be_code) or Line(Kind.BLANK)
        if self._columns is not None:
            if line.kind is Kind.ROW or (line.kind is Kind.TEXT and "|" in line.rest):
                return self._row(line.rest)
            self._columns = None
        match line.kind:
            case Kind.TEXT | Kind.HEADING | Kind.ITEM | Kind.NOTE:
                return self._begin_prose(line) + self._end_line()
            case Kind.RULE if self._head is not None and is_rule_of(self._head, line.rest):
                return self._begin_table(self._head)
        said = self._end_text()
        match line.kind:
            case Kind.BLANK:
                self._after_blank = True
                return said
            case Kind.ROW:
                self._head, self._held = line.rest, True
            case Kind.FENCE:
                self._block = _Code(line.mark, line.rest)
            case Kind.CODE:
                self._block = _Code("", lines=1)
            case Kind.MATH:
                self._block = _Math(line.mark)
                said += self._math_line(self._block, line.rest)
        self._after_blank = False
        return said

    def _begin_prose(self, line: Line) -> list[str]:
        """A line whose words are said as they come."""
        if self._goes_on(line):
            self._prose, self._line, self._head = Kind.TEXT, "", None
            number = f"{line.mark}. " if line.mark else ""
            return self._say(self._inline.feed(f" {number}{line.rest}"))
        said = self._end_text()
        if line.kind is Kind.ITEM:
            self._in_list = True
        elif self._after_blank and not line.indented:
            self._in_list = False
        if line.kind is Kind.TEXT:
            self._head = line.rest[: MAX_LINE + 1]
        self._prose, self._line = line.kind, ""
        self._open, self._after_blank, self._quoted = True, False, line.quoted
        return said + self._say(_lead(line)) + self._say(self._inline.feed(line.rest))

    def _goes_on(self, line: Line) -> bool:
        """Whether the line belongs to the paragraph before it."""
        if not self._open or (line.quoted and not self._quoted):
            return False
        # Only a list that begins with 1 may follow a paragraph at once (CommonMark, section 5.3).
        is_year = line.kind is Kind.ITEM and not self._in_list and line.mark not in ("", "1")
        return line.kind is Kind.TEXT or is_year

    def _say(self, pieces: Iterable[Piece]) -> list[str]:
        said = [one for piece in pieces for one in self._sentences.feed(piece.words, whole=piece.whole)]
        if said:
            self._head = None
        return said

    def _end_text(self) -> list[str]:
        """The end of a paragraph, an item or a heading, which ends its sentence too."""
        said: list[str] = []
        if self._head is not None and self._held:
            said += self._say(self._cells(cells_of(self._head)))
        said += self._say(self._inline.finish()) + self._sentences.finish()
        self._open, self._head, self._held = False, None, False
        return said

    def _begin_table(self, head: str) -> list[str]:
        self._inline, self._sentences = Inline(), Sentences()
        self._open, self._head, self._held, self._after_blank = False, None, False, False
        self._columns = cells_of(head)
        before, _mark, after = _("A table with the columns %s.").partition("%s")
        pieces = [Piece(before), *self._cells(self._columns), Piece(after)]
        return self._say(pieces) + self._sentences.finish()

    def _row(self, row: str) -> list[str]:
        """A row as a sentence, each cell after the name of its column."""
        columns = self._columns or []
        cells = cells_of(row)[: len(columns)]
        named = [
            f"{name}: {cell}" if name else cell for name, cell in zip(columns, cells, strict=False) if cell
        ]
        return self._say([*self._cells(named), Piece(".")]) + self._sentences.finish()

    def _cells(self, cells: Iterable[str]) -> list[Piece]:
        pieces: list[Piece] = []
        for cell in cells:
            inline = Inline()
            pieces += [Piece(", ")] if pieces else []
            pieces += inline.feed(cell) + inline.finish()
        return pieces

    def _block_line(self, block: _Code | _Math, text: str) -> tuple[list[str], bool]:
        """What a line inside a block makes be said; and whether it is not inside it any more."""
        if isinstance(block, _Math):
            if not text.strip():
                return self._end_block(), True
            return self._math_line(block, unquoted(text)), False
        body = unquoted(text).strip()
        if block.fence:
            if len(body) >= len(block.fence) and not body.strip(block.fence[0]):
                return self._end_block(), False
            block.lines += 1
            return [], False
        if not is_indented_code(text):
            return self._end_block(), True
        block.blank = 0 if body else block.blank + 1
        block.lines += 1
        return [], False

    def _math_line(self, block: _Math, text: str) -> list[str]:
        text = text.strip()
        if sum(map(len, block.lines)) <= MAX_LINE:
            block.lines.append(text.removesuffix(block.closer))
        return self._end_block() if text.endswith(block.closer) else []

    def _end_block(self) -> list[str]:
        block, self._block = self._block, None
        match block:
            case _Code():
                words = code_said(block.info, block.lines - block.blank)
            case _Math():
                words = formula_said(" ".join(block.lines)) + "."
            case None:
                return []
        return self._say([Piece(words)]) + self._sentences.finish()


def _lead(line: Line) -> list[Piece]:
    """What is said before the words of a line."""
    lead = f"{line.mark}. " if line.mark else ""
    if line.done is not None:
        lead += _("Done:") + " " if line.done else _("To do:") + " "
    if line.kind is Kind.NOTE:
        lead += _("Note:") + " "
    return [Piece(lead, whole=True)] if lead else []
