"""Why a service refuses: each reason has a text for the person and the HTTP status that says the same."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from accounts.errors import Refused

__all__ = ["Conflict", "Invalid", "NotFound", "Refused"]


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


class Conflict(Refused):
    status = 409
    key = "conflict"
