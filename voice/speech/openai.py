"""Any server that speaks OpenAI's audio API: OpenAI, LocalAI, Speaches, Kokoro-FastAPI and others."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, aclosing
from typing import Any, ClassVar, TypeAlias

import httpx2
import openai
from django.conf import settings

from agents.providers.openai import CONNECT_S, TRANSPORT_ERRORS
from voice.errors import BadAudio, NotUnderstood, SpeechFailed, Unavailable
from voice.speech.base import Heard
from voice.speech.incoming import Incoming, NoSound
from voice.speech.pieces import pieces_of

logger = logging.getLogger(__name__)

#: What the client does when a connection fails or a server is busy, before anything was answered.
RETRIES = 1
#: Characters that OpenAI speaks in one go.
PIECE = 4096
FAILURES = (
    *(openai.OpenAIError, *TRANSPORT_ERRORS, TimeoutError),
    ValueError,  # not the JSON it says it is
)
#: Types of an answer that is no sound, whatever its status says.
WORDS = ("application/json", "text/")
#: What is asked for where samples are refused.
LAST_FORMAT = "mp3"

Response: TypeAlias = openai.AsyncAPIResponse[bytes]


class Endpoint:
    """An address with its key and, for each event loop, one client whose connections are kept.

    The key goes to ``base_url`` only: redirects are not followed. With an empty key no Authorization is sent.
    """

    def __init__(self, *, base_url: str, api_key: str) -> None:
        self._base_url = base_url
        self._api_key = api_key
        self._clients: dict[asyncio.AbstractEventLoop, openai.AsyncOpenAI] = {}
        self.headers: dict[str, Any] = {} if api_key else {"Authorization": openai.Omit()}

    @property
    def client(self) -> openai.AsyncOpenAI:
        loop = asyncio.get_running_loop()
        if loop not in self._clients:
            self._clients = {loop: client for loop, client in self._clients.items() if not loop.is_closed()}
            timeout = httpx2.Timeout(None, connect=CONNECT_S)  # of the rest the callers have a deadline
            self._clients[loop] = openai.AsyncOpenAI(
                base_url=self._base_url,
                api_key=self._api_key or "none",
                max_retries=RETRIES,
                timeout=timeout,
                http_client=openai.DefaultAsyncHttpxClient(follow_redirects=False, timeout=timeout),
            )
        return self._clients[loop]

    async def aclose(self) -> None:
        """Closes the running loop's connections."""
        if client := self._clients.pop(asyncio.get_running_loop(), None):
            await client.close()


class OpenAIRecogniser:
    name: ClassVar[str] = "openai"

    def __init__(self, *, base_url: str, api_key: str, model: str) -> None:
        self._endpoint = Endpoint(base_url=base_url, api_key=api_key)
        self._model = model

    async def aclose(self) -> None:
        await self._endpoint.aclose()

    async def transcribe(self, heard: Heard) -> str:
        try:
            async with asyncio.timeout(settings.TRANSCRIPTION_TIMEOUT):
                answer: object = await self._endpoint.client.audio.transcriptions.create(
                    file=(f"recording.{heard.kind}", heard.original),
                    model=self._model,
                    # ISO 639-1, which has no regions.
                    language=heard.language.lower().partition("-")[0] or openai.omit,
                    response_format="json",
                    extra_headers=self._endpoint.headers,
                )
        except FAILURES as failure:
            logger.warning("transcription failed: %s", _told(failure))
            raise NotUnderstood from None
        # Where the answer is no JSON, the package gives its text, which may be anything.
        text = getattr(answer, "text", None)
        if not isinstance(text, str) or not text.strip():
            raise NotUnderstood
        return text.strip()


class OpenAISpeaker:
    name: ClassVar[str] = "openai"

    def __init__(self, *, base_url: str, api_key: str, model: str) -> None:
        self._endpoint = Endpoint(base_url=base_url, api_key=api_key)
        self._model = model
        self._format = "pcm"

    async def aclose(self) -> None:
        await self._endpoint.aclose()

    async def speak(
        self, text: str, *, voice: str, speed: float, language: str
    ) -> AsyncGenerator[bytes, None]:
        """See Speaker. These servers find the language out by themselves."""
        for piece in pieces_of(text, PIECE):
            async with AsyncExitStack() as stack:
                try:
                    response = await self._open(stack, input=piece, voice=voice, speed=speed)
                    samples = await stack.enter_async_context(aclosing(_samples_of(response)))
                    async for pcm in samples:
                        yield pcm
                except (*FAILURES, NoSound, BadAudio, Unavailable) as failure:
                    logger.warning("speech failed: %s", _told(failure))
                    raise SpeechFailed from None

    async def _open(self, stack: AsyncExitStack, **said: Any) -> Response:
        """The answer, once its headers are there; closed with the stack."""
        create: Any = self._endpoint.client.audio.speech.with_streaming_response.create
        while True:
            asked = create(
                model=self._model, response_format=self._format, extra_headers=self._endpoint.headers, **said
            )
            try:
                async with asyncio.timeout(settings.SPEECH_TIMEOUT):
                    return await stack.enter_async_context(asked)
            except openai.BadRequestError as error:
                if self._format == LAST_FORMAT or "response_format" not in f"{error.param} {error.message}":
                    raise
                self._format = LAST_FORMAT  # from now on: a server that has no samples always has this


async def _samples_of(response: Response) -> AsyncGenerator[bytes, None]:
    """How long nothing may come has a limit; how long all of it takes has none."""
    declared = response.headers.get("content-type", "").lower()
    if declared.startswith(WORDS):
        raise NoSound(declared)
    incoming = Incoming(declared)
    chunks = response.iter_bytes()
    while True:
        async with asyncio.timeout(settings.SPEECH_TIMEOUT):
            chunk = await anext(chunks, None)
        if pcm := await incoming.finish() if chunk is None else incoming.feed(chunk):
            yield pcm
        if chunk is None:
            return


def _told(failure: Exception) -> str:
    """For the log. Providers' own words may repeat what a person said, so only the code goes there."""
    match failure:
        case openai.APIStatusError():
            return f"HTTP {failure.status_code} {failure.code or ''}".strip()
        case NoSound() | BadAudio():
            return f"no sound: {failure}"
    return type(failure).__name__
