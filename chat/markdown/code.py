"""Code blocks: the frame with its language and Copy button, and colours by Pygments as CSS classes."""

import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape
from time import thread_time
from typing import Any

from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]  # ships no types
from pygments.token import STANDARD_TYPES  # type: ignore[import-untyped]  # ships no types

from chat.markdown.limits import HIGHLIGHT_SECONDS, HIGHLIGHT_SECONDS_PER_CHARACTER, MAX_HIGHLIGHTED
from chat.markdown.words import word

#: Languages that are given colours. A closed list: none of these lexers stalls in one match on hostile text.
_LANGUAGES = """
    bash sh shell console powershell bat c cpp c++ csharp c# css scss diff dockerfile docker elixir
    erlang go graphql haskell html http ini java javascript js json jsx julia kotlin lua make makefile
    markdown md nginx objective-c ocaml perl php python py python3 pycon r ruby rb rust rs scala sql
    swift toml ts typescript tsx vue xml yaml yml zig
"""
LANGUAGES = frozenset(_LANGUAGES.split())
_CLASSES = frozenset(name for name in STANDARD_TYPES.values() if name)
_FIRST_WORD = re.compile(r"[^\s{}]{1,40}")


def code_classes() -> frozenset[str]:
    """The class names that the colours use."""
    return _CLASSES


def language_of(info: str) -> str:
    """The language a fence's info string names, as it was written, or ``""``."""
    found = _FIRST_WORD.search(info.strip().lstrip("{.")[:200])
    return found[0] if found else ""


def code_block(code: str, info: str = "", closed: bool = True) -> str:
    """The block in its frame. One that is still being written is plain, and coloured once, when it closes."""
    language = language_of(info)
    body = highlighted(code.removesuffix("\n"), language.lower()) if closed else escape(code, quote=False)
    return (
        f'<div class="code"><div class="code__bar"><span>{escape(language)}</span>'
        f'<button type="button" class="code__copy" data-copy>{word("Copy")}</button></div>'
        f'<pre tabindex="0"><code>{body}</code></pre></div>\n'
    )


@lru_cache(maxsize=64)
def highlighted(code: str, language: str) -> str:
    """The code as HTML, each token in a span of its class. Cached: a stream's end draws it once more."""
    lexer = _lexer(language) if len(code) <= MAX_HIGHLIGHTED else None
    if lexer is None:
        return escape(code, quote=False)
    out: list[str] = []
    open_class = ""
    for name, value in _tokens(code, lexer):
        if name != open_class:
            out.append(("</span>" if open_class else "") + (f'<span class="{name}">' if name else ""))
            open_class = name
        out.append(escape(value, quote=False))
    return "".join(out) + ("</span>" if open_class else "")


def _tokens(code: str, lexer: Any) -> Iterator[tuple[str, str]]:
    """Classes and texts. Most lexers take quadratic time for some text: past their time all is plain."""
    deadline = thread_time() + HIGHLIGHT_SECONDS + HIGHLIGHT_SECONDS_PER_CHARACTER * len(code)
    done = 0
    for kind, value in lexer.get_tokens(code):
        yield _class_of(kind), value
        done += len(value)
        if thread_time() > deadline:
            yield "", code[done:]
            return


@lru_cache(maxsize=512)
def _class_of(kind: Any) -> str:
    """The short class of a token type, or of its nearest ancestor; white space has none."""
    while kind not in STANDARD_TYPES:
        kind = kind.parent
    name = STANDARD_TYPES[kind]
    return "" if name in ("w", "n", "p", "x", "esc") else name


@lru_cache(maxsize=128)
def _lexer(language: str) -> Any:
    if language not in LANGUAGES:
        return None
    try:
        # startinline: models write PHP without its opening tag; other lexers ignore it
        return get_lexer_by_name(language, stripnl=False, ensurenl=False, startinline=True)
    except ValueError:
        return None
