"""Why a service refuses: each reason has a text for the person and the HTTP status that says the same."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from accounts.errors import Refused
from agents.engine.errors import ErrorKind
from agents.fallbacks import fallback_for

__all__ = [
    "Conflict",
    "DocumentTooLarge",
    "Invalid",
    "ModelFailed",
    "NotADocument",
    "NotFound",
    "Refused",
    "UnreadableForm",
]

MEBIBYTE = 1024 * 1024


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


class DocumentTooLarge(Refused):
    """More bytes than a document may have."""

    status = 413
    key = "document_too_large"

    @classmethod
    def over(cls, most: int) -> "DocumentTooLarge":
        """With ``most`` in bytes."""
        if most < MEBIBYTE:
            return cls(_("A document has at most %(bytes)d bytes.") % {"bytes": most})
        return cls(_("A document has at most %(size)s MB.") % {"size": f"{most / MEBIBYTE:g}"})


class NotADocument(Refused):
    """The bytes are none of the formats that are read."""

    status = 415
    key = "not_a_document"

    def __init__(self, name: str) -> None:
        super().__init__(
            _("“%(name)s” cannot be read. Send PDF, TXT, Markdown, DOCX, HTML or CSV.") % {"name": name}
        )


class UnreadableForm(Refused):
    """What was sent as a form is none."""

    key = "bad_form"

    def __init__(self) -> None:
        super().__init__(_("This form cannot be read. Send the documents as “file” of a form."))
