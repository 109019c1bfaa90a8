"""Why a service of webhooks refuses."""

from django.utils.translation import gettext as _

from agents.errors import Refused

__all__ = ["Conflict", "Invalid", "NotFound", "Refused"]


class Invalid(Refused):
    status = 422
    key = "invalid"


class NotFound(Refused):
    status = 404
    key = "not_found"

    def __init__(self) -> None:
        super().__init__(_("This webhook does not exist any more, or is not yours."))


class Conflict(Refused):
    status = 409
    key = "conflict"
