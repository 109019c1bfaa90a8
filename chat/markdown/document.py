"""A whole text at once."""

from collections.abc import Sequence
from typing import Any

from django.utils.safestring import SafeString
from markdown_it.token import Token

from chat.markdown.footnotes import Numbers, definitions, section
from chat.markdown.parser import make_parser
from chat.markdown.plain import readable
from chat.markdown.sanitizer import sanitized

PARSER = make_parser()


def render(text: str, prefix: str = "") -> SafeString:
    """Safe HTML of a Markdown text; ``prefix`` (a message's id) keeps the ids of its footnotes its own."""
    env: dict[str, Any] = {"numbers": numbers_for(prefix)}
    body, notes = definitions(PARSER.parse(readable(text), env))
    html = write(body, env)
    if notes:
        html += section(notes, PARSER.renderer, PARSER.options, env)  # type: ignore[arg-type]  # always our Writer
    return SafeString(sanitized(html))


def write(tokens: Sequence[Token], env: dict[str, Any]) -> str:
    """HTML of the tokens, not yet sanitised."""
    return str(PARSER.renderer.render(tokens, PARSER.options, env))


def numbers_for(prefix: str) -> Numbers:
    return Numbers(f"{prefix}-" if prefix else "")
