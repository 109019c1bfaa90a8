"""Links: which addresses may be links, how they are written, and bare ``https://…`` in text."""

import re

from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline import image as commonmark_image

from chat.markdown.limits import MAX_URL

_SAFE = re.compile(r"https?://[^\s/?#]|mailto:[^\s]", re.IGNORECASE)
_SCHEME = re.compile(r"(?:^|[^a-z0-9.+-])(https?)$", re.IGNORECASE)
_REST = re.compile(r"://[A-Za-z0-9\[][A-Za-z0-9\-._~:/?#@!$&'()+,;=%]{0," + f"{MAX_URL}}}")
_TRAILING = "?!.,:;'~&"

#: Attributes of every link that leaves the page; there is no way to write a link that does not.
OUTWARD = {"target": "_blank", "rel": "noopener noreferrer nofollow"}


def is_safe(url: str) -> bool:
    """Whether a normalised address may be a link: http, https and mailto only, never relative."""
    return _SAFE.match(url) is not None


def _trimmed(url: str) -> str:
    """The address without the punctuation of the sentence around it, as GFM § 6.9 says."""
    while url:
        if url[-1] in _TRAILING or (url[-1] == ")" and url.count(")") > url.count("(")):
            url = url[:-1]
        else:
            break
    return url


def bare_url(state: StateInline, silent: bool) -> bool:
    """Inline rule at the ``:`` of a bare http address."""
    if state.src[state.pos] != ":" or state.linkLevel > 0:
        return False
    scheme = _SCHEME.search(state.pending[-6:])
    rest = _REST.match(state.src, state.pos, state.posMax)
    if scheme is None or rest is None:
        return False
    url = scheme[1] + _trimmed(rest[0])
    href = state.md.normalizeLink(url)
    if len(url) <= len(scheme[1]) + len("://") or not is_safe(href):
        return False
    attributes: dict[str, str | int | float] = {"href": href}
    if state.env.get("open") and rest.end() == len(state.src):
        state.env["held"] = True  # it may go on: a link to nowhere yet
        attributes, url = {}, scheme[1] + rest[0]
    if not silent:
        state.pending = state.pending[: -len(scheme[1])]
        state.push("link_open", "a", 1).attrs = attributes
        state.push("text", "", 0).content = url
        state.push("link_close", "a", -1).markup = "bare"
    state.pos += len(url) - len(scheme[1])
    return True


def link_with_text(state: StateInline, silent: bool) -> bool:
    """Gate before the link and image rules: without any ``]`` ahead there is nothing to look for.

    Saves the parser twenty nested look-aheads for every bracket of ``[[[[[…``.
    """
    src, pos = state.src, state.pos
    if src[pos] != "[" and not src.startswith("![", pos):
        return False
    last = state.env.get("last_bracket")
    if last is None or last[0] is not src:
        last = state.env["last_bracket"] = (src, src.rfind("]"))
    if last[1] > pos:
        return False
    if not silent:
        state.append_pending(src[pos])
    state.pos += 1
    return True


def image(state: StateInline, silent: bool) -> bool:
    """CommonMark's image, remembering whether a link is around it: an image is drawn as a link itself."""
    before = len(state.tokens)
    if not commonmark_image(state, silent):
        return False
    if not silent:
        for token in state.tokens[before:]:
            token.meta["linked"] = state.linkLevel > 0
    return True
