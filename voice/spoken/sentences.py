"""Words as they arrive to sentences, wherever the arriving is cut: each decision waits for what it needs."""

import re
import unicodedata

#: Characters of a sentence at most; a longer one is cut where a reader would breathe.
LONGEST = 300
#: What may stand between the end of a sentence and the word after it, and so has to be seen to tell.
_BEYOND = 24

_ENDS = re.compile(r"[.!?…।؟۔]{1,10}|[。！？｡]{1,10}")
_CLOSERS = re.compile(r"""["'”’»)\]）」』]{0,5}""")
_OPENERS = re.compile(r"""[ "'“„‘«(\[¿¡–—-]{0,6}""")
_FULL_WIDTH = frozenset("。！？｡")
_BREATHS = (re.compile(r"[;:,–—](?= )|[，、；：]"), re.compile(r" "))
#: An abbreviation, an initial or an ordinal, after which a sentence goes on.
_GOES_ON = re.compile(
    r"(?:^|[\s(\[\"'“„])"
    r"(?:(?:e\.g|i\.e|cf|vs|approx|fig|vol|mr|mrs|ms|dr|prof|st|sr|jr"
    r"|z\.b|d\.h|u\.a|o\.ä|s\.o|s\.u|bzw|ca|vgl|nr|bspw|ggf|evtl|sog|inkl|abb|str|hr|fr"
    r"|\d{1,2})|(?:[^\W\d_]\.)*[^\W\d_])\.$",
    re.IGNORECASE,
)
#: What is drawn, not said: pictures, arrows, and the marks that join or colour them.
_DRAWN = re.compile("[\U0001f000-\U0001fbff\u2190-\u21ff\u2300-\u27bf\u2b00-\u2bff\ufe0f\u20e3]\u200d?")
_AFTER_TITLE = re.compile(r" +#+$")
_WORD = re.compile(r"[^\W_]")
_SPACE = re.compile(r"\s+")
_BEFORE_STOP = re.compile(r" +(?=[.,;:!?…](?:\s|$))")

#: Stand-ins for what would end or cut a sentence, in a piece that is one word to a reader; and for its start.
_STOPS = ".!?…।؟۔。！？｡,;:"
_HIDDEN = {ord(stop): 0xE000 + place for place, stop in enumerate(_STOPS)}
_SHOWN = {hidden: stop for stop, hidden in _HIDDEN.items()}
_STARTS = "\ue010"
_PRIVATE = re.compile("[\ue000-\ue010]")


class Sentences:
    """Takes words, gives the sentences that are complete."""

    def __init__(self) -> None:
        self._text = ""
        self._looked_at = 0

    def feed(self, words: str, *, whole: bool = False) -> list[str]:
        """The sentences that these words complete. A stop in a ``whole`` piece (a name in code) is none."""
        words = _PRIVATE.sub("", words)
        if whole:
            words = _STARTS + words.translate(_HIDDEN)
        words = _SPACE.sub(" ", words)
        if words.startswith(" ") and (not self._text or self._text.endswith(" ")):
            words = words[1:]
        self._text += words
        return self._complete()

    def finish(self) -> list[str]:
        """What is left, as it stands; then anew."""
        sentences = self._complete(final=True)
        rest, self._text, self._looked_at = self._text, "", 0
        return sentences + _said(rest)

    def _complete(self, *, final: bool = False) -> list[str]:
        sentences: list[str] = []
        begin = 0
        while True:
            end = self._end(begin, final)
            if end is None and len(self._text) - begin < LONGEST + (1 if final else _BEYOND):
                break
            if end is None or end - begin > LONGEST:
                end = begin + _breath(self._text[begin : begin + LONGEST + 1])
            sentences += _said(self._text[begin:end])
            begin = self._looked_at = end
        self._text = self._text[begin:]
        self._looked_at -= begin
        return sentences

    def _end(self, begin: int, final: bool) -> int | None:
        """Where the sentence ends, or None while that cannot be told."""
        text = self._text
        while found := _ENDS.search(text, self._looked_at):
            self._looked_at = found.start()
            closed = _CLOSERS.match(text, found.end())
            after = closed.end() if closed else found.end()
            if after == len(text):
                return None  # more of its stops, or a closing quote, may come
            if found[0][0] in _FULL_WIDTH:
                return after
            if text[after] == " ":
                opened = _OPENERS.match(text, after)
                next_word = opened.end() if opened else after
                if next_word == len(text) and not final:
                    return None
                if not text[next_word : next_word + 1].islower() and not _goes_on(text[begin : found.end()]):
                    return after
            self._looked_at = after
            if after - begin > LONGEST:
                return None
        self._looked_at = max(self._looked_at, len(text))
        return None


def _goes_on(so_far: str) -> bool:
    return so_far.endswith(".") and _GOES_ON.search(so_far[-20:]) is not None


def _breath(text: str) -> int:
    """Where a sentence that is too long is cut: after a comma, else between words, else anywhere."""
    for mark in _BREATHS:
        ends = [found.end() for found in mark.finditer(text, LONGEST // 3) if found.end() <= LONGEST]
        if ends:
            return ends[-1]
    cut = LONGEST
    while cut > LONGEST // 2 and unicodedata.combining(text[cut]):
        cut -= 1
    return cut


def _said(text: str) -> list[str]:
    """The sentence without what is only drawn; none where no word is left."""
    text = text.replace(_STARTS, "").translate(_SHOWN)
    text = _SPACE.sub(" ", _DRAWN.sub(" ", text)).strip()
    text = _AFTER_TITLE.sub("", _BEFORE_STOP.sub("", text))
    return [text] if _WORD.search(text) else []
