"""A provider whose every answer is a span."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from agents import traces
from agents.engine.deltas import Delta, UsageDelta
from agents.engine.messages import ModelRequest
from agents.providers.base import Provider


class Traced:
    """The names of its attributes are OpenTelemetry's for generative AI."""

    def __init__(self, inner: Provider) -> None:
        self._inner = inner

    @property
    def name(self) -> str:
        return self._inner.name

    async def stream(self, request: ModelRequest) -> AsyncGenerator[Delta, None]:
        about = {"gen_ai__provider__name": self.name, "gen_ai__request__model": request.model}
        with traces.span("model call", current=False, **about) as said:
            async with aclosing(self._inner.stream(request)) as deltas:
                async for delta in deltas:
                    if isinstance(delta, UsageDelta):
                        said["gen_ai.usage.input_tokens"] = delta.prompt_tokens
                        said["gen_ai.usage.output_tokens"] = delta.completion_tokens
                    yield delta
