"""Which language a piece of text is in, well enough to choose how to pronounce it."""

import re
import unicodedata
from collections import Counter
from typing import Final

DEFAULT: Final = "en"

#: Scripts by the first word of Unicode's names for their letters, and the language most written in them.
SCRIPTS: Final = {
    "CYRILLIC": "ru",
    "GREEK": "el",
    "ARABIC": "ar",
    "HEBREW": "he",
    "DEVANAGARI": "hi",
    "THAI": "th",
    "HANGUL": "ko",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "CJK": "zh",
}
#: Words that hardly a sentence of a language does without, and that others do not have.
SMALL_WORDS: Final = {
    "en": "the and is are of to you it that with for this have not be was what your",
    "de": "der die das und ist nicht ein eine ich du dir sie wir mit für von auf den dem zu wie sind hallo",
    "fr": "le les et est une des vous je pas pour dans que qui avec sur ce du sont nous bonjour",
    "es": "el los las y es una por para con usted pero más está qué como muy yo del hola",
    "it": "il lo gli e è una per con che non di sono della questo anche più ciao",
    "pt": "o os as e é uma para com não que você mas mais está do da muito em",
    "nl": "de het een en is niet van ik je zijn met voor maar ook dat op wat",
}
#: Letters that mostly one of them has, for texts without small words.
LETTERS: Final = {"de": "äöüß", "es": "ñ¿¡", "pt": "ãõ", "fr": "œêëù"}

#: Characters that are looked at: what a text is in shows in its beginning.
ENOUGH: Final = 2000

_WORD = re.compile(r"[^\W\d_]+")
_KNOWN = {language: frozenset(words.split()) for language, words in SMALL_WORDS.items()}


def language_of(text: str) -> str:
    """A tag such as ``de``; English where nothing speaks for another."""
    beginning = text[:ENOUGH].lower()
    words = _WORD.findall(beginning)
    if script := _language_by_script("".join(words)):
        return script
    counts = {language: sum(word in known for word in words) for language, known in _KNOWN.items()}
    for language, letters in LETTERS.items():
        counts[language] += any(letter in beginning for letter in letters)
    best = max(counts.values())
    likely = [language for language, count in counts.items() if count == best]
    return likely[0] if best and len(likely) == 1 else DEFAULT


def _language_by_script(letters: str) -> str:
    """That of most letters; Japanese has its own among those it shares with Chinese."""
    found = Counter(SCRIPTS.get(unicodedata.name(letter, "").partition(" ")[0], "") for letter in letters)
    if not found or found[""] > found.total() / 2:
        return ""
    del found[""]
    return "ja" if found["ja"] else found.most_common(1)[0][0]
