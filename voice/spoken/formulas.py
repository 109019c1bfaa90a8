"""A formula as one would read it to somebody: common signs by name, a long one not at all."""

import re

from django.utils.translation import gettext as _

#: Characters beyond which nobody follows a formula that is read aloud.
LONGEST_FORMULA = 120

_SIGNS = {
    "times": "×",
    "cdot": "×",
    "div": "÷",
    "pm": "±",
    "leq": "≤",
    "le": "≤",
    "geq": "≥",
    "ge": "≥",
    "neq": "≠",
    "ne": "≠",
    "approx": "≈",
    "infty": "∞",
    "to": "→",
    "rightarrow": "→",
}
_FRACTION = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")
_ROOT = re.compile(r"\\sqrt\s*\{([^{}]*)\}")
_TEXT = re.compile(r"\\(?:text|mathrm|mathbf|mathit|mathbb|mathcal|operatorname|hat|bar|vec)\s*\{([^{}]*)\}")
_POWER = re.compile(r"\^\s*(?:\{([^{}]*)\}|(\w))")
_INDEX = re.compile(r"_\s*(?:\{([^{}]*)\}|(\w))")
_COMMAND = re.compile(r"\\([A-Za-z]+)\s?")
_LEFT_OVER = re.compile(r"\\[,;:!> ]|[\\{}$&~]")
#: How often fractions in fractions are opened; each time from the innermost.
_DEPTH = 4


def formula_said(tex: str) -> str:
    """The words for a formula."""
    if len(tex) > LONGEST_FORMULA or "\\begin" in tex:
        return _("a formula")
    for _level in range(_DEPTH):
        tex = _TEXT.sub(r"\1", tex)
        tex = _ROOT.sub(lambda found: " " + _("the root of %(x)s") % {"x": found[1]} + " ", tex)
        tex = _FRACTION.sub(
            lambda found: " " + _("%(a)s over %(b)s") % {"a": found[1], "b": found[2]} + " ", tex
        )
    tex = _POWER.sub(_power, tex)
    tex = _INDEX.sub(lambda found: f" {found[1] or found[2]} ", tex)
    tex = _COMMAND.sub(lambda found: f" {_SIGNS.get(found[1], found[1])} ", tex)
    tex = _LEFT_OVER.sub(" ", tex)
    for sign, name in _names().items():
        tex = tex.replace(sign, f" {name} ")
    return " ".join(tex.split()) or _("a formula")


def _power(found: re.Match[str]) -> str:
    power = found[1] or found[2]
    if power == "2":
        return " " + _("squared") + " "
    return " " + _("to the power of %(x)s") % {"x": power} + " "


def _names() -> dict[str, str]:
    return {
        "=": _("equals"),
        "+": _("plus"),
        "-": _("minus"),
        "−": _("minus"),
        "×": _("times"),
        "÷": _("divided by"),
        "/": _("divided by"),
        "±": _("plus or minus"),
        "≤": _("at most"),
        "≥": _("at least"),
        "<": _("less than"),
        ">": _("greater than"),
        "≠": _("is not"),
        "≈": _("about"),
        "∞": _("infinity"),
        "→": _("to"),
        "!": " " + _("factorial"),
    }
