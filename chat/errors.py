"""Why a chat service refuses; the shape, and the refusals without words of their own, are the agents'."""

from django.utils.translation import gettext as _

from accounts.errors import TooMany
from agents.errors import Conflict, Refused

__all__ = ["Conflict", "Invalid", "NotFound", "Refused", "Unavailable"]


class Invalid(Refused):
    """A value that cannot be; ``field`` is its name for programs, where there is one."""

    status = 422
    key = "invalid"

    def __init__(self, text: str, *, field: str = "") -> None:
        super().__init__(text)
        self.field = field

    @property
    def detail(self) -> str:
        return f"{self.field}: {self.text}" if self.field else self.text


class NotFound(Refused):
    """It does not exist, or is not the asker's to know of: never told apart."""

    status = 404
    key = "not_found"

    def __init__(self, text: str = "") -> None:
        super().__init__(text or _("This conversation does not exist any more, or is not yours."))


class Unavailable(Refused):
    """Nothing is wrong with what was asked."""

    status = 503
    key = "unavailable"

    def __init__(self) -> None:
        super().__init__(_("The database is away for a moment. Try again soon."))


class TooManyStreams(TooMany):
    """Of one account; those it has open are as good."""

    key = "too_many_streams"

    def __init__(self) -> None:
        super().__init__(retry_after=5)
        self.text = _("You have too many streams open. Close some of them first.")


class TooLong(Invalid):
    """More than the model of an agent can read at once, by the agent's settings."""

    key = "context_length_exceeded"
