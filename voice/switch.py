"""Whether one can speak here at all: the operator says so by ``VOICE``."""

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.errors import Refused


class SwitchedOff(Refused):
    """The doors are as if they were not there. What was recorded before can still be heard."""

    status = 404
    key = "not_found"

    def __init__(self) -> None:
        super().__init__(_("Voice is switched off here."))


def check_on() -> None:
    """Raises SwitchedOff."""
    if not settings.VOICE:
        raise SwitchedOff
