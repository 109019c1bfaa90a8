"""The API: one for all apps, with one shape for everything that goes wrong."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, RawPostDataException
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext as _
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError

from accounts.api import tickets, tokens
from accounts.api_access import person_calling
from accounts.errors import NotSignedIn, Refused, TooMany
from agents.api import agents, documents, refine
from chat.api import (
    assistant,
    chats,
    conversations,
    decisions,
    participants,
    people_messages,
    runs,
    session_messages,
    sessions,
)
from chat.api import openai as openai_routes
from config import __version__
from config.api_rates import ByPerson, limited
from config.api_schema import DescribedAPI, Schema
from config.parser import StrictParser, Unreadable
from config.problems import is_api, problem_at, refusal_at
from voice.api import audio, speech, spoken_messages
from webhooks import api as webhooks

#: Lines about what is wrong with a call: nobody reads more.
MOST_LINES = 20

View = Callable[..., HttpResponseBase]
Answer = Callable[..., HttpResponse]

api = DescribedAPI(
    title="Parley",
    version=__version__,
    description="Conversations with agents, for programs. A run's events can be read from any event on.",
    urls_namespace="api",
    docs_url=None,
    docs_decorator=require_safe,
    auth=person_calling,
    parser=StrictParser(),
    throttle=[ByPerson()],
)
api.add_router("", agents.router)
api.add_router("", refine.router)
api.add_router("", documents.router)
api.add_router("", sessions.router)
api.add_router("", session_messages.router)
api.add_router("", runs.router)
api.add_router("/v1", tokens.router)
api.add_router("", webhooks.router)
api.add_router("/v1", tickets.router)
api.add_router("", chats.users)
api.add_router("", chats.router)
api.add_router("", assistant.router)
api.add_router("", decisions.router)
api.add_router("", conversations.router)
api.add_router("", people_messages.router)
api.add_router("", participants.router)
api.add_router("", spoken_messages.router)
api.add_router("", audio.router)
api.add_router("", speech.router)

#: Beside the other, at /v1/: where OpenAI's clients look, and with the errors that they know.
openai = NinjaAPI(
    title="Parley for OpenAI's clients",
    version=__version__,
    urls_namespace="openai",
    docs_url=None,
    openapi_url=None,
    auth=person_calling,
    parser=StrictParser(),
    throttle=[ByPerson()],
)
openai.add_router("", openai_routes.router)
api.add_description_of(openai)


def handles(error: type[Exception]) -> Callable[[Answer], Answer]:
    """For a function that answers this error in all dialects."""

    def register(answer: Answer) -> Answer:
        api.add_exception_handler(error, answer)
        openai.add_exception_handler(error, answer)
        return answer

    return register


@handles(Refused)
def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    return refusal_at(request.path, refusal)


@handles(AuthenticationError)
def not_signed_in(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    return refused(request, NotSignedIn())


@handles(Throttled)
def too_often(request: HttpRequest, _error: Throttled) -> HttpResponse:
    return refused(request, TooMany(request.standing.reset))  # type: ignore[attr-defined]  # config.api_rates


@handles(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """One line a field."""
    errors = error.errors[:MOST_LINES]
    fields = [_place_of(one["loc"]) for one in errors]
    lines = (f"{field}: {one['msg']}" for field, one in zip(fields, errors, strict=True))
    return problem_at(request.path, 422, "invalid", "\n".join(lines), param=fields[0])


def _place_of(found: Sequence[str | int]) -> str:
    """Where a value stands for who sent it, to whom our name for the whole body says nothing."""
    kind, *place = found
    return ".".join(map(str, place[1:] if kind == "body" and place[1:] else place))


@handles(HttpError)
def failed(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What the framework itself refuses, such as a body that is no JSON: it wraps the parser's reason."""
    if isinstance(reason := error.__cause__, Unreadable):
        return problem_at(request.path, reason.status, reason.key, reason.detail)
    return problem_at(request.path, error.status_code, "refused", error.message)


@handles(RawPostDataException)
def no_json(request: HttpRequest, _error: RawPostDataException) -> HttpResponse:
    """An upload where JSON belongs: it has been read as a form when its token was looked for."""
    return problem_at(request.path, 415, "not_json", _("Send JSON."))


@handles(RequestDataTooBig)
def too_large(request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
    return problem_at(request.path, 413, "too_large", _("This is larger than anything that is taken here."))


@handles(Http404)
def missing(request: HttpRequest, _error: Http404) -> HttpResponse:
    return problem_at(request.path, 404, "not_found", _("There is nothing at this address."))


@csrf_exempt
@login_not_required
def nowhere(request: HttpRequest) -> HttpResponse:
    """Any address under /api/ or /v1/ that no route has."""
    return missing(request, Http404())


def outside(view: View) -> View:
    """A view under /api/ that is no route: it refuses other verbs as routes do, whatever token is missing."""
    return csrf_exempt(_with_words(view))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's answer to a request it cannot read, such as one to a host that is not ours."""
    if not is_api(request.path):
        return defaults.bad_request(request, exception)
    text = _("This request cannot be read, or was sent to another host.")
    return problem_at(request.path, 400, "bad_request", text)


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's answer where something of ours broke; the log says what."""
    if not is_api(request.path):
        return defaults.server_error(request)
    return problem_at(request.path, 500, "server_error", _("Something broke here. Try again in a moment."))


def schema() -> Schema:
    """The description of the API, without a request."""
    return cast(Schema, api.get_openapi_schema())


def urls(of: NinjaAPI = api) -> Sequence[URLPattern | URLResolver]:
    """The routes. They ask for a person, and a session for its token, themselves: a page is no answer."""
    patterns, _app, _namespace = of.urls
    for pattern in patterns:
        if pattern.callback is not None:
            pattern.callback = csrf_exempt(login_not_required(limited(_with_words(pattern.callback))))
    return patterns


def _with_words(view: View) -> View:
    """The framework answers a wrong verb itself, in plain text."""

    @wraps(view)
    def answer(request: HttpRequest, *arguments: Any, **named: Any) -> HttpResponseBase:
        try:
            response = view(request, *arguments, **named)
        except Http404 as error:  # its root, which is no route
            return missing(request, error)
        if response.status_code != 405:  # noqa: PLR2004
            return response
        allowed = response.headers["Allow"]
        text = _("Here one can only: %(verbs)s.") % {"verbs": allowed}
        worded = problem_at(request.path, 405, "method_not_allowed", text)
        worded.headers["Allow"] = allowed
        return worded

    return answer
