"""Why a chat service refuses; the shape, and the refusals without words of their own, are the agents'."""

from django.utils.translation import gettext as _

from agents.errors import Conflict, Refused

__all__ = ["Conflict", "Invalid", "NotFound", "Refused"]


class Invalid(Refused):
    status = 422
    key = "invalid"


class NotFound(Refused):
    """It does not exist, or is not the asker's to know of: never told apart."""

    status = 404
    key = "not_found"

    def __init__(self, text: str = "") -> None:
        super().__init__(text or _("This conversation does not exist any more, or is not yours."))
