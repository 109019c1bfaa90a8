"""The last word on every byte of HTML made from text: what is not listed here does not pass."""

import re

import nh3

from chat.markdown.code import code_classes
from chat.markdown.tex import ELEMENTS as MATHML

_PLAIN = "p br hr h3 h4 h5 h6 strong em s blockquote pre code ul table thead tbody tr sup section"
_ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "title", "target", "rel", "id", "aria-label"},
    "li": {"id", "value"},
    "ol": {"start"},
    "pre": {"tabindex"},
    "div": {"tabindex"},
    "button": {"type", "data-copy"},
    "input": {"type", "disabled", "checked", "aria-label"},
    "th": set(),
    "td": set(),
    "span": set(),
}
_CLASSES: dict[str, set[str]] = {
    "a": {"footnote-back", "image-link"},
    "button": {"code__copy"},
    "code": {"math"},
    "div": {"code", "code__bar", "math", "table"},
    "input": {"task__box"},
    "li": {"task"},
    "pre": {"math"},
    "section": {"footnotes"},
    "span": set(code_classes()),
    "sup": {"footnote-ref"},
    "td": {"align-right", "align-center"},
    "th": {"align-right", "align-center"},
}
_FIXED: dict[tuple[str, str], re.Pattern[str]] = {
    ("a", "id"): re.compile(r"fnref-[\w-]{1,80}"),
    ("li", "id"): re.compile(r"fn-[\w-]{1,80}"),
    ("a", "href"): re.compile(r"(?:https?://|mailto:|#fn(?:ref)?-).*", re.IGNORECASE | re.DOTALL),
    ("a", "target"): re.compile("_blank"),
    ("input", "type"): re.compile("checkbox"),
    ("button", "type"): re.compile("button"),
    ("div", "tabindex"): re.compile("0"),
    ("pre", "tabindex"): re.compile("0"),
}


def _attribute(tag: str, name: str, value: str) -> str | None:
    pattern = _FIXED.get((tag, name))
    return value if pattern is None or pattern.fullmatch(value) else None


_CLEANER = nh3.Cleaner(
    tags={*_PLAIN.split(), *_ATTRIBUTES, *MATHML},
    attributes={**_ATTRIBUTES, **MATHML},
    attribute_filter=_attribute,
    allowed_classes=_CLASSES,
    url_schemes={"http", "https", "mailto"},
    link_rel=None,
)


def sanitized(html: str) -> str:
    """``html`` with only the elements, attributes, classes, ids and addresses this package writes."""
    return _CLEANER.clean(html)
