"""What is looked for: the words of a question that say something, each without its ending."""

import re
import unicodedata
from dataclasses import dataclass

#: Words of a question that count, the longest: the others say less and cost as much time.
MOST_WORDS = 8
MOST_CHARS = 60
#: A stem of so many letters stands for all words that begin with it, a shorter one for itself and its plural.
FEWEST_OF_PREFIX = 4

_WORD = re.compile(r"\w+")
#: Of English and German, what takes part in inflection only. Longer ones first.
_ENDINGS = ("ings", "ing", "ies", "ied", "ern", "es", "ed", "en", "er", "em", "s", "e", "y", "n")
_SMALL = frozenset(
    re.findall(
        r"\w+",
        """
        a about all also am an and any are as at be been but by can could describe did do does explain
        for from get give had has have he her his how i if in into is it its just know like long make
        many may me mean more much my need no not of on one or our out please said say she should show
        so some tell than that the their them then there these they this to us very want was we were
        what when where which who why will with would write you your
        aber alle als am an auch auf aus bei bin bis bist bitte da darf das dass dein dem den der des
        die dies diese dieser doch du ein eine einem einen einer eines er erkläre es für gibt habe haben
        hat ich ihr im in ist ja kann kein keine lange mach man mein mich mir mit muss nach nicht noch
        nur oder sag schreib sein sich sie sind so soll um und uns viel viele von vor wann warum was
        wegen welche welcher wem wen wenn wer werden wie wieviel wir wird wo zeig zu zum zur über
        """,
    )
)


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the question: ``exact`` words that mean it, and a ``prefix`` of others where there is one."""

    exact: tuple[str, ...]
    prefix: str = ""

    def is_in(self, words: set[str]) -> bool:
        """Of ``words_in`` a text."""
        prefix = _folded(self.prefix)
        return not words.isdisjoint(map(_folded, self.exact)) or (
            bool(prefix) and any(word.startswith(prefix) for word in words)
        )


def terms_of(query: str) -> list[Term]:
    """In the order of the question, each once; without small words, unless there are no others."""
    words = [word[:MOST_CHARS] for word in _WORD.findall(_plain(query).replace("_", " "))]
    telling = [word for word in words if word not in _SMALL and (len(word) > 1 or word.isdigit())] or words
    counting = set(sorted(set(telling), key=len, reverse=True)[:MOST_WORDS])
    return list(dict.fromkeys(_term(word) for word in telling if word in counting))


def words_in(text: str) -> set[str]:
    """Without accents, which SQLite does not tell apart."""
    return set(_WORD.findall(_folded(_plain(text))))


def _folded(text: str) -> str:
    return "".join(one for one in unicodedata.normalize("NFD", text) if not unicodedata.combining(one))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).lower()


def _term(word: str) -> Term:
    stem = _stem(word)
    if len(stem) >= FEWEST_OF_PREFIX and not word.isdigit():
        return Term((), stem)
    return Term(tuple(dict.fromkeys((word, stem, f"{stem}s"))) if stem.isalpha() else (word,))


def _stem(word: str) -> str:
    """What is left is long enough to mean something: three letters before an s, four before all else."""
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= (FEWEST_OF_PREFIX - 1 if ending == "s" else FEWEST_OF_PREFIX):
            return stem
    return word
