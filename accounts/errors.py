"""Why a call is refused: each reason has a text for whoever calls and the HTTP status that says the same."""

from django.utils.translation import gettext as _


class Refused(Exception):
    """Base of every refusal. ``status`` is the HTTP status code, ``text`` what a person reads."""

    status = 400
    key = "refused"

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class NotSignedIn(Refused):
    status = 401
    key = "not_signed_in"

    def __init__(self) -> None:
        super().__init__(_("Sign in first: this needs a session."))


class Forbidden(Refused):
    """Not from here, whoever asks. What is somebody else's is never this, but not found."""

    status = 403
    key = "forbidden"
