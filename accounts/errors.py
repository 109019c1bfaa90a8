"""Why a call is refused: each reason has a text for whoever calls and the HTTP status that says the same."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class Refused(Exception):
    """Base of every refusal. ``status`` is the HTTP status code, ``text`` what a person reads."""

    status = 400
    key = "refused"

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text

    @property
    def detail(self) -> str:
        """The text for programs: where it is about fields, one line for each, beginning with its name."""
        return self.text


class TooMany(Refused):
    """``retry_after``: whole seconds after which it is worth trying again."""

    status = 429
    key = "rate_limited"

    def __init__(self, retry_after: int) -> None:
        super().__init__(
            ngettext(
                "That is too often. Try again in %(count)d second.",
                "That is too often. Try again in %(count)d seconds.",
                retry_after,
            )
            % {"count": retry_after}
        )
        self.retry_after = retry_after


class NotSignedIn(Refused):
    status = 401
    key = "not_signed_in"

    def __init__(self) -> None:
        super().__init__(_("Sign in first: this needs a session, a token or an API key."))


class InvalidToken(Refused):
    """Which part of it is wrong is nobody's business."""

    status = 401
    key = "invalid_token"

    def __init__(self) -> None:
        super().__init__(
            _("This token or API key is wrong, has expired or was revoked. Send another, or none.")
        )


class WrongPassword(Refused):
    """Also where nobody has that name."""

    status = 401
    key = "wrong_credentials"

    def __init__(self) -> None:
        super().__init__(_("The user name, the password or the code is wrong."))


class NeedsConfirmation(Refused):
    """The password is right; whether the address is theirs is not known yet."""

    status = 401
    key = "email_not_confirmed"

    def __init__(self) -> None:
        super().__init__(_("Confirm your e-mail address first: sign in on the page for a new mail."))


class NeedsSecondFactor(Refused):
    """The password is right, and not enough."""

    status = 401
    key = "second_factor_needed"

    def __init__(self) -> None:
        super().__init__(_("Send the code of your second factor as “code” as well."))


class NoSuchPerson(Refused):
    """Also for whoever may not act for others, whether there is such a person or not."""

    status = 404
    key = "not_found"

    def __init__(self) -> None:
        super().__init__(_("There is no such person, or you may not act for them."))


class Forbidden(Refused):
    """Not from here, whoever asks. What is somebody else's is never this, but not found."""

    status = 403
    key = "forbidden"


class MissingScope(Refused):
    """The API key is a good one, and may do less than was asked for."""

    status = 403
    key = "missing_scope"

    def __init__(self, scope: str) -> None:
        super().__init__(_("This needs an API key with the scope “%(scope)s”.") % {"scope": scope})


class ChangedMeanwhile(Refused):
    """Who wants to change a thing has read it before somebody else changed it."""

    status = 409
    key = "conflict"

    def __init__(self) -> None:
        super().__init__(_("This was changed meanwhile. Read it again, then decide about your change."))
