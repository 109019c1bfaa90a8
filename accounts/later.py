"""An answer that is known only once something has happened, such as the end of a run."""

from collections.abc import Awaitable, Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone, translation


class LaterResponse(HttpResponse):
    """A view says who may ask and returns this; ``answer`` is awaited on the event loop, and sent.

    Meanwhile nobody holds a thread or a database connection. Headers that middleware sets on this one are
    those of the answer, unless it has its own. ``answer`` may raise ``Refused``, and is cancelled when the
    client leaves or the server stops; it works in the language and time zone of the view.
    """

    def __init__(self, request: HttpRequest, answer: Callable[[], Awaitable[HttpResponseBase]]) -> None:
        super().__init__()
        self.request = request
        self._answer = answer
        self._language = translation.get_language()
        self._zone = timezone.get_current_timezone()

    async def answer(self) -> HttpResponseBase:
        with translation.override(self._language), timezone.override(self._zone):
            return await self._answer()
