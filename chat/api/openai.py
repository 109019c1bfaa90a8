"""The door for programs that speak OpenAI's Chat Completions: agents are its models."""

from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING

from django.http import HttpResponse, JsonResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Router

from accounts.later import LaterResponse
from accounts.requests import ApiRequest
from agents.selectors import agent_called, agents_for
from chat.api.completion_errors import NoSuchModel
from chat.api.completion_request import transcript_of
from chat.api.completion_schemas import (
    CompletionIn,
    CompletionOut,
    ModelList,
    ModelOut,
    OpenAIProblem,
)
from chat.api.completion_wire import Completion
from chat.api.runs import UNBUFFERED
from chat.services.completions import begin_completion

if TYPE_CHECKING:
    from agents.models import Agent

router = Router(tags=["openai"])

#: Agents in one list: it has no pages.
MOST_MODELS = 1000
REFUSALS = dict.fromkeys((400, 401, 403, 404, 413, 415, 429), OpenAIProblem)
FAILURES = dict.fromkeys((502, 503, 504), OpenAIProblem)
STREAMED = {
    "responses": {
        200: {
            "description": "The answer; with `stream` as server-sent events that end with `[DONE]`",
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/CompletionOut"}},
                "text/event-stream": {"schema": {"type": "string"}},
            },
        }
    }
}


@router.get("/models", operation_id="list_models", response={200: ModelList, **REFUSALS})
def list_models(request: ApiRequest) -> ModelList:
    """The agents you may talk with, as models."""
    return ModelList(data=[_model(agent) for agent in agents_for(request.user)[:MOST_MODELS]])


@router.get("/models/{path:model}", operation_id="get_model", response={200: ModelOut, **REFUSALS})
def get_model(request: ApiRequest, model: str) -> ModelOut:
    """One of them, by its id or its name."""
    return _model(_agent(request, model))


@router.post(
    "/chat/completions",
    operation_id="create_completion",
    response={200: CompletionOut, **REFUSALS, **FAILURES},
    openapi_extra=STREAMED,
)
def create_completion(request: ApiRequest, asked: CompletionIn) -> HttpResponseBase:
    """The agent's answer to the messages, with its prompt, tools and knowledge; no conversation is kept.

    Whoever leaves before the end stops it.
    """
    agent = _agent(request, asked.model)
    run = begin_completion(actor=request.user, agent=agent, transcript=transcript_of(asked))
    with_usage = bool(asked.stream_options and asked.stream_options.include_usage)
    completion = Completion(run, request.credential.admission, with_usage)

    async def whole() -> HttpResponse:
        return JsonResponse(await completion.whole())

    async def stream() -> StreamingHttpResponse:
        going = Going(completion.chunks())
        await going.begin()
        return StreamingHttpResponse(going, content_type="text/event-stream", headers=UNBUFFERED)

    return LaterResponse(request, stream if asked.stream else whole)


class Going:
    """A stream whose first piece has come: what went wrong before it has a status of its own."""

    def __init__(self, pieces: AsyncGenerator[bytes, None]) -> None:
        self._pieces = pieces
        self._first: bytes | None = None

    async def begin(self) -> None:
        """Raises what the stream raises. Whoever begins it closes it."""
        self._first = await anext(self._pieces)

    def __aiter__(self) -> "Going":
        return self

    async def __anext__(self) -> bytes:
        if self._first is not None:
            first, self._first = self._first, None
            return first
        return await anext(self._pieces)

    async def aclose(self) -> None:
        await self._pieces.aclose()


def _agent(request: ApiRequest, name: str) -> "Agent":
    agent = agent_called(request.user, name)
    if agent is None:
        raise NoSuchModel(_("There is no agent of this id, or not only one of this name."))
    return agent


def _model(agent: "Agent") -> ModelOut:
    return ModelOut(id=str(agent.pk), created=int(agent.created_at.timestamp()), name=agent.name)
