"""Why a service refuses: each reason has a text for the person and the HTTP status that says the same."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from accounts.errors import Refused
from agents.engine.errors import ErrorKind
from agents.fallbacks import fallback_for

__all__ = ["Conflict", "Invalid", "ModelFailed", "NotFound", "Refused"]


class Invalid(Refused):
    """Values that cannot be stored. ``fields`` has the reasons by field name."""

    status = 422
    key = "invalid"

    def __init__(self, fields: Mapping[str, Sequence[str]]) -> None:
        super().__init__(" ".join(f"{name}: {' '.join(reasons)}" for name, reasons in fields.items()))
        self.fields = fields

    @property
    def detail(self) -> str:
        return "\n".join(f"{name}: {' '.join(reasons)}" for name, reasons in self.fields.items())


class NotFound(Refused):
    """It does not exist, or is not the asker's to know of: never told apart."""

    status = 404
    key = "not_found"

    def __init__(self, text: str = "") -> None:
        super().__init__(text or _("This agent does not exist any more, or is not yours."))


class ModelFailed(Refused):
    """The model gave no answer, or may not be asked: the key of a fallback, and its text.

    ``retry_after``: whole seconds after which it is worth trying again, where that is known.
    """

    def __init__(self, key: ErrorKind, retry_after: int | None = None) -> None:
        super().__init__(fallback_for(key))
        self.key = key
        self.retry_after = retry_after
        self.status = 429 if retry_after else 503

    @property
    def fallback(self) -> str:
        return self.text


class Conflict(Refused):
    status = 409
    key = "conflict"
