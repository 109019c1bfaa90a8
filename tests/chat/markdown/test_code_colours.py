"""The colours of code can be read, in light and in dark."""

import re
from pathlib import Path

from django.conf import settings

from chat.markdown.code import code_classes

CSS = Path(settings.BASE_DIR, "static", "css")
PAIR = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)")


def pairs(name: str) -> dict[str, tuple[str, str]]:
    return {found[1]: (found[2], found[3]) for found in PAIR.finditer((CSS / name).read_text())}


def luminance(colour: str) -> float:
    """WCAG 2.2's relative luminance."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_every_colour_has_contrast_aa_on_every_surface():
    tokens = pairs("tokens.css")
    used = set(re.findall(r"var\(--([\w-]+)\)", (CSS / "code.css").read_text()))
    assert len(used) > 5
    for name in used:
        for surface in ("paper", "surface", "raised"):
            for colour, ground in zip(tokens[name], tokens[surface], strict=True):
                assert contrast(colour, ground) >= 4.5, (name, surface, contrast(colour, ground))


def test_every_class_that_has_a_colour_is_one_of_pygments():
    text = (CSS / "code.css").read_text()
    named = set(re.findall(r"\.([a-z0-9]+)\b(?=[,) ])", text)) - {"code"}
    assert named <= code_classes()
