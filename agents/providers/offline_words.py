"""Taking a text apart: words, sentences, items."""

import re
from collections import Counter

_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")
_BULLET = re.compile(r"^\s*(?:[-*•]|\d{1,3}[.)])\s+")
SHORTEST = 3
_SMALL_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
    about all also and any are been but can could did does for from get give had has have help her his
    how into its just like made make more not one our out please she should some tell than that the
    their them then there these they this very was were what when where which who why will with would
    write you your
    """,
    )
)


def words_of(text: str) -> list[str]:
    return _WORD.findall(text)


def sentences(text: str) -> list[str]:
    return [part.strip() for part in _SENTENCE_END.split(text) if part.strip()]


def keywords(text: str, most: int) -> list[str]:
    """The words that come up most, longer ones first among equals, in the order of the text."""
    words = [word for word in words_of(text) if len(word) >= SHORTEST and word.lower() not in _SMALL_WORDS]
    counts = Counter(word.lower() for word in words)
    best = sorted(counts, key=lambda word: (-counts[word], -len(word), word))[:most]
    first_spelling = {word.lower(): word for word in reversed(words)}
    return sorted((first_spelling[word] for word in best), key=words.index)


def body(text: str) -> str:
    """The text an instruction is about: what follows its first line or its first colon."""
    for separator in ("\n", ":"):
        _, found, rest = text.partition(separator)
        if found and rest.strip():
            return rest.strip()
    return ""


def items(text: str) -> list[str]:
    """The items of a list: lines where there are several, otherwise what commas or semicolons part."""
    text = body(text)
    lines = [_BULLET.sub("", line).strip() for line in text.splitlines() if line.strip()]
    if len(lines) > 1:
        return lines
    parts = re.split(r"[;,]|\s+and\s+", text.rstrip(".?!"))
    return [part.strip() for part in parts if part.strip()]


def quoted(text: str) -> str:
    """The text as a Markdown quotation."""
    return "\n".join(f"> {line}" for line in text.splitlines())
