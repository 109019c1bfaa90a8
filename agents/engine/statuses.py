"""What the loop says to people: marked for the catalogue here, translated by whoever runs the loop."""

from collections.abc import Callable

Translate = Callable[[str], str]


def _(text: str) -> str:
    return text


WAITING = _("Waiting for the model… %(seconds)s s")
USING = _("Using %(tools)s… %(seconds)s s")
NO_SUCH_TOOL = _("There is no such tool.")
NO_OBJECT = _("The arguments are not a JSON object, or are too long.")
TOO_OFTEN = _("Not called again: the same call was made before.")
TOO_MANY = _("The model asked for %(asked)s tools at once; the first %(made)s are used.")
NOT_ALLOWED = _("Not called: the person did not allow it.")
NOBODY_TO_ASK = _("Not called: it needs to be allowed, and here nobody can be asked.")
UNKNOWN = _("Interrupted: nobody knows whether it was done.")
NO_TIME = _("Stopped: no time was left.")


def waiting(seconds: int, translate: Translate) -> str:
    return translate(WAITING) % {"seconds": seconds}


def too_many(asked: int, made: int, translate: Translate) -> str:
    return translate(TOO_MANY) % {"asked": asked, "made": made}


def using(tools: list[str], seconds: int, translate: Translate) -> str:
    return translate(USING) % {"tools": ", ".join(tools), "seconds": seconds}
