"""What the loop says to people: marked for the catalogue here, translated by whoever runs the loop."""

from collections.abc import Callable

Translate = Callable[[str], str]


def _(text: str) -> str:
    return text


WAITING = _("Waiting for the model… %(seconds)s s")
USING = _("Using %(tools)s… %(seconds)s s")
NO_SUCH_TOOL = _("There is no such tool.")
NO_OBJECT = _("The arguments are not a JSON object.")
NO_TIME = _("Stopped: no time was left.")


def waiting(seconds: int, translate: Translate) -> str:
    return translate(WAITING) % {"seconds": seconds}


def using(tools: list[str], seconds: int, translate: Translate) -> str:
    return translate(USING) % {"tools": ", ".join(tools), "seconds": seconds}
