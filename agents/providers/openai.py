"""Any server that speaks OpenAI's Chat Completions: OpenAI, Ollama, vLLM, DeepSeek, OpenRouter and others.

The `openai` package opens the request; the answer's bytes we read ourselves, because its typed stream costs
seven times the CPU a chunk and gives up at the first oddity of a server.
"""

import asyncio
import logging
import ssl
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, aclosing
from typing import Any, ClassVar

import anyio
import httpx2
import openai

from agents.engine import pace
from agents.engine.deltas import Delta, TextDelta
from agents.engine.errors import ProviderError
from agents.engine.messages import ModelRequest
from agents.providers.chunks import ChunkReader
from agents.providers.failures import failure_of_status
from agents.providers.model_list import read_model_names
from agents.providers.paced import PacedStream, with_paced_connections
from agents.providers.questions import parameters_of
from agents.providers.sse import DataLines

logger = logging.getLogger(__name__)

# Only connecting has a deadline here; how long to wait for bytes is for the run's limits to say.
CONNECT_S = 10.0
# After [DONE] the end of the body is waited for, so that the connection can be used again.
DRAIN_S = 0.1
MOST_CAUSES = 10
# A pause is a little longer than what whoever takes the text waits for more of it.
SLACK = 1.05
# Parameters that some models or servers refuse with 400, and that an answer can do without.
DISPENSABLE = ("stream_options", "temperature", "max_tokens")
# What OpenAI's newer models take in place of one, and servers of others do not know.
SUCCESSORS = {"max_tokens": "max_completion_tokens"}

TRANSPORT_ERRORS = (
    openai.APIConnectionError,
    httpx2.RequestError,
    httpx2.StreamError,
    ssl.SSLError,
    anyio.EndOfStream,
)


class OpenAIProvider:
    """One endpoint with its key and, for each event loop, one long-lived client.

    The key goes to `base_url` only: redirects are not followed. With an empty key no Authorization is sent.
    """

    name: ClassVar[str] = "openai"

    def __init__(self, *, base_url: str, api_key: str, max_connections: int = 1000) -> None:
        self._base_url = base_url
        self._api_key = api_key
        self._headers = {} if api_key else {"Authorization": openai.Omit()}
        self._max_connections = max_connections
        self._clients: dict[asyncio.AbstractEventLoop, openai.AsyncOpenAI] = {}
        self._refused: dict[str, set[str]] = {}
        self._streams = 0

    async def stream(self, request: ModelRequest) -> AsyncGenerator[Delta, None]:
        """See Provider. Makes one upstream call (one more for each parameter refused, once a model).

        The first token comes as soon as it is there. After it the connection is read at the pace at which
        text is passed on, since waking up for each token is most of what a token costs.
        """
        reader = ChunkReader()
        self._streams += 1
        try:
            async with aclosing(self._deltas(request, reader)) as deltas:
                async for delta in deltas:
                    yield delta
        except openai.APIStatusError as error:
            raise self._failure(error) from None
        except TRANSPORT_ERRORS as error:
            if not reader.finished:
                raise _cut(error) from None
            logger.info("The connection broke after the end of the answer: %s", type(error).__name__)
        finally:
            self._streams -= 1

    async def list_models(self) -> list[str]:
        """The names the endpoint lists, sorted. Raises ProviderError.

        Asked for now and then, perhaps from a loop that lives for this call only: it keeps no connection.
        """
        try:
            async with (
                self._new_client() as client,
                client.models.with_streaming_response.list(extra_headers=self._headers) as response,
            ):
                return await read_model_names(response.http_response.aiter_bytes())
        except openai.APIStatusError as error:
            raise self._failure(error) from None
        except TRANSPORT_ERRORS as error:
            raise _cut(error) from None

    def warm_up(self) -> None:
        """Loads the parts of the package that are imported at first use, for whoever can wait now."""
        _ = self._new_client().chat.completions.with_streaming_response

    async def aclose(self) -> None:
        """Closes the running loop's connections."""
        if client := self._clients.pop(asyncio.get_running_loop(), None):
            await client.close()

    def _client(self) -> openai.AsyncOpenAI:
        loop = asyncio.get_running_loop()
        if loop not in self._clients:
            self._clients = {loop: client for loop, client in self._clients.items() if not loop.is_closed()}
            self._clients[loop] = self._new_client()
        return self._clients[loop]

    def _new_client(self) -> openai.AsyncOpenAI:
        http_client = with_paced_connections(
            openai.DefaultAsyncHttpxClient(
                follow_redirects=False,
                timeout=httpx2.Timeout(None, connect=CONNECT_S),
                limits=httpx2.Limits(
                    max_connections=self._max_connections,
                    max_keepalive_connections=min(100, self._max_connections),
                    keepalive_expiry=60.0,
                ),
            )
        )
        return openai.AsyncOpenAI(
            base_url=self._base_url,
            api_key=self._api_key or "none",
            max_retries=0,
            timeout=httpx2.Timeout(None, connect=CONNECT_S),
            http_client=http_client,
        )

    async def _deltas(self, request: ModelRequest, reader: ChunkReader) -> AsyncGenerator[Delta, None]:
        async with AsyncExitStack() as stack:
            response = await self._open(request, stack)
            chunks = await stack.enter_async_context(aclosing(response.aiter_bytes()))
            connection: PacedStream = response.extensions["network_stream"]
            stack.callback(setattr, connection, "pause", None)  # it serves other answers, too
            lines = DataLines()
            async for data in chunks:
                for payload in lines.feed(data):
                    for delta in reader.read(payload):
                        yield delta
                        if isinstance(delta, TextDelta):
                            connection.pause = self._pause
                    if reader.finished:
                        connection.pause = None
                    if reader.ended:
                        await _drain(chunks)
                        return
            for payload in lines.flush():
                for delta in reader.read(payload):
                    yield delta
            for delta in reader.end():
                yield delta

    def _pause(self) -> float:
        return SLACK * pace.interval(self._streams)

    async def _open(self, request: ModelRequest, stack: AsyncExitStack) -> httpx2.Response:
        """The response, once its headers are there; closed with the stack.

        The parameters go in as they are: the package's own way looks at each message by each type of message
        there is, which takes longer than all the rest of opening the request.
        """
        create: Any = self._client().chat.completions.with_streaming_response.create
        refused = self._refused.setdefault(request.model, set())
        parameters = parameters_of(request)
        while True:
            accepted = _accepted(parameters, refused)
            try:
                response = await stack.enter_async_context(
                    create(model=request.model, messages=(), extra_body=accepted, extra_headers=self._headers)
                )
            except openai.BadRequestError as error:
                blamed = f"{error.param} {error.message}"
                name = next((name for name in DISPENSABLE if name in accepted and name in blamed), None)
                if name is None:
                    raise
                logger.info("The model %s refuses %s: asked without from now on", request.model, name)
                refused.add(name)
            else:
                return response.http_response  # type: ignore[no-any-return]  # create is Any: its overloads know no dict

    def _failure(self, error: openai.APIStatusError) -> ProviderError:
        message = f"{error.code} {error.type}: {error.message}"
        if self._api_key:
            message = message.replace(self._api_key, "***")
        return failure_of_status(error.status_code, message, error.response.headers)


def _accepted(parameters: dict[str, Any], refused: set[str]) -> dict[str, Any]:
    """The parameters by the names that the model has not refused yet."""
    names = {name: SUCCESSORS.get(name, name) if name in refused else name for name in parameters}
    return {names[name]: value for name, value in parameters.items() if names[name] not in refused}


def _cut(error: Exception) -> ProviderError:
    """A connection that was not made, or broke. What TLS refuses, it will refuse again."""
    causes: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and len(causes) < MOST_CAUSES:
        causes.append(cause)
        cause = cause.__cause__ or cause.__context__
    detail = "; ".join(f"{type(cause).__name__}: {cause}" for cause in causes)
    return ProviderError(detail=detail, retryable=not any(_is_refusal(cause) for cause in causes))


def _is_refusal(cause: BaseException) -> bool:
    # WantRead only says that a handshake was still waiting when its time was up.
    return isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLWantReadError)


async def _drain(chunks: AsyncGenerator[bytes, None]) -> None:
    try:
        async with asyncio.timeout(DRAIN_S):
            async for _ in chunks:
                pass
    except TimeoutError:
        pass  # the connection is closed with the response
