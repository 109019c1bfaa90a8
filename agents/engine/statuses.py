"""The sentences of status events: marked for the catalogue here, translated by whoever runs the loop."""

from collections.abc import Callable

Translate = Callable[[str], str]


def _(text: str) -> str:
    return text


WAITING = _("Waiting for the model… %(seconds)s s")
USING = _("Using %(tools)s… %(seconds)s s")


def waiting(seconds: int, translate: Translate) -> str:
    return translate(WAITING) % {"seconds": seconds}


def using(tools: list[str], seconds: int, translate: Translate) -> str:
    return translate(USING) % {"tools": ", ".join(tools), "seconds": seconds}
