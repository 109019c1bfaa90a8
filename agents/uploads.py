"""The documents of a form, as far as it can be judged before anybody reads them."""

from django.core.exceptions import TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError

from agents.errors import UnreadableForm
from agents.services.documents import FIELD


def files_in(request: HttpRequest) -> list[UploadedFile]:
    """In their order; none where the form has none. Raises UnreadableForm."""
    try:
        return request.FILES.getlist(FIELD)
    except (MultiPartParserError, TooManyFieldsSent, TooManyFilesSent):
        raise UnreadableForm from None
