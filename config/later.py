"""Waiting for an answer that a view has promised, with what goes wrong meanwhile in its usual form."""

from asgiref.sync import sync_to_async
from django.core.handlers.exception import response_for_exception
from django.http import HttpResponse
from django.http.response import HttpResponseBase

from accounts.errors import Refused
from accounts.later import LaterResponse
from config.problems import refusal_at

#: What the placeholder has of its own: it says nothing of the answer.
ITS_OWN = {"content-type", "content-length"}


async def resolved(promised: LaterResponse) -> HttpResponseBase:
    """The answer, with the headers and cookies that middleware has given to the promise."""
    try:
        answer = await promised.answer()
    except Refused as refusal:
        answer = refusal_at(promised.request.path, refusal)
    except Exception as error:  # noqa: BLE001 (Django's own answer to whatever it is, and its line in the log)
        answer = await sync_to_async(response_for_exception)(promised.request, error)
    for name, value in promised.headers.items():
        if name.lower() not in ITS_OWN:
            answer.headers.setdefault(name, value)
    answer.cookies.update(promised.cookies)
    if isinstance(answer, HttpResponse):
        answer.headers["Content-Length"] = str(len(answer.content))
    return answer
