"""TeX to MathML: a safe, bounded and cached door to latex2mathml.

The converter writes its output unescaped (``\\text{<script>}`` gives a script element), knows ``\\href`` and
``\\style``, and expands macros. So its element tree is taken, never its string, and written here by a list
of what may be; and a formula with definitions is shown as its source.
"""

import re
from functools import lru_cache
from html import escape, unescape
from xml.etree.ElementTree import Element

from latex2mathml import exceptions
from latex2mathml.converter import Converter

from chat.markdown.limits import MAX_TEX, MAX_TEX_DEPTH

#: MathML Core elements the converter writes, with the attributes that are kept on each.
ELEMENTS: dict[str, set[str]] = {
    "math": {"display"},
    "mrow": set(),
    "mi": {"mathvariant"},
    "mn": {"mathvariant"},
    "mo": {
        "stretchy",
        "fence",
        "form",
        "accent",
        "separator",
        "lspace",
        "rspace",
        "minsize",
        "maxsize",
        "movablelimits",
    },
    "mtext": set(),
    "mspace": {"width", "height", "depth", "linebreak"},
    "mfrac": {"linethickness"},
    "msqrt": set(),
    "mroot": set(),
    "msub": set(),
    "msup": set(),
    "msubsup": set(),
    "munder": {"accentunder"},
    "mover": {"accent"},
    "munderover": {"accent", "accentunder"},
    "mmultiscripts": set(),
    "mprescripts": set(),
    "mtable": {"displaystyle", "rowspacing", "columnspacing", "columnalign", "columnlines", "rowlines"},
    "mtr": set(),
    "mtd": {"columnalign"},
    "mstyle": {"displaystyle", "scriptlevel"},
    "mpadded": {"width", "height", "depth", "lspace", "voffset"},
    "mphantom": set(),
    "menclose": {"notation"},
}
_VALUE = re.compile(r"[A-Za-z0-9 .%+-]{0,40}")
_DEFINITION = re.compile(
    r"\\(?:re)?new(?:command|environment)|\\(?:def|gdef|edef|xdef|let|DeclareMathOperator)"
)
_BRACE = re.compile(r"(?<!\\)[{}]|\\(?:left|right|begin|end)\b|[\^_]|\\[a-zA-Z]+")
#: Environments the converter does not know, by one that looks the same; numbers would be wrong in a chat.
_SAME = {
    "aligned": "split",
    "align": "align*",
    "alignedat": "split",
    "gathered": "matrix",
    "gather": "matrix",
    "gather*": "matrix",
    "multline": "matrix",
}
_ENVIRONMENT = re.compile(r"\\(begin|end)\{(" + "|".join(re.escape(name) for name in _SAME) + r")\}")
_WRONG_TEX = (
    exceptions.DenominatorNotFoundError,
    exceptions.DoubleSubscriptsError,
    exceptions.DoubleSuperscriptsError,
    exceptions.ExtraLeftOrMissingRightError,
    exceptions.InvalidAlignmentError,
    exceptions.InvalidStyleForGenfracError,
    exceptions.InvalidWidthError,
    exceptions.LimitsMustFollowMathOperatorError,
    exceptions.MissingEndError,
    exceptions.MissingSuperScriptOrSubscriptError,
    exceptions.NoAvailableTokensError,
    exceptions.NumeratorNotFoundError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RuntimeError,  # StopIteration in a generator, and RecursionError
    StopIteration,
    TypeError,
    ValueError,
)


@lru_cache(maxsize=1024)
def mathml(tex: str, display: bool) -> str:
    """The formula as a ``<math>`` element, or its source as code where it is too long or not understood."""
    tree = _tree(tex, display)
    if tree is None:
        return f'<code class="math">{escape(tex, quote=False)}</code>'
    out: list[str] = []
    _write(tree, out)
    return "".join(out)


def _tree(tex: str, display: bool) -> Element | None:
    if not tex.strip() or len(tex) > MAX_TEX or _DEFINITION.search(tex) or _depth(tex) > MAX_TEX_DEPTH:
        return None
    tex = _ENVIRONMENT.sub(lambda found: f"\\{found[1]}{{{_SAME[found[2]]}}}", tex)
    try:
        return Converter(display="block" if display else "inline").convert_to_element(tex)
    except _WRONG_TEX:
        return None


def _depth(tex: str) -> int:
    """How deep the converter may recurse: open braces, and commands and scripts in a row."""
    deepest = depth = run = end = 0
    for found in _BRACE.finditer(tex):
        mark = found[0]
        run = run + 1 if found.start() == end else 1
        end = found.end()
        if mark in ("{", "\\left", "\\begin"):
            depth += 1
        elif mark in ("}", "\\right", "\\end"):
            depth -= 1
            run = 0
        deepest = max(deepest, depth + run)
    return deepest


def _write(element: Element, out: list[str]) -> None:
    """The element in HTML; an unknown one gives way to its children."""
    allowed = ELEMENTS.get(element.tag)
    if allowed is not None:
        attributes = "".join(
            f' {name}="{value}"'
            for name, value in element.items()
            if name in allowed and _VALUE.fullmatch(value)
        )
        out.append(f"<{element.tag}{attributes}>")
    if element.text:
        out.append(escape(unescape(element.text), quote=False))
    for child in element:
        _write(child, out)
        if child.tail:
            out.append(escape(unescape(child.tail), quote=False))
    if allowed is not None:
        out.append(f"</{element.tag}>")
