"""The documents of a form, as far as it can be judged before anybody reads them."""

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from accounts.requests import files_of
from agents.errors import UnreadableForm
from agents.services.documents import FIELD


def files_in(request: HttpRequest) -> list[UploadedFile]:
    """In their order; none where the form has none. Raises UnreadableForm."""
    files = files_of(request, FIELD)
    if files is None:
        raise UnreadableForm
    return files
