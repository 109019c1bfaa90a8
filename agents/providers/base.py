"""The one interface of a model vendor."""

from collections.abc import AsyncGenerator
from typing import Protocol

from agents.engine.deltas import Delta
from agents.engine.messages import ModelRequest


class Provider(Protocol):
    """Something that answers a request.

    `stream` is an async generator: it yields deltas as they come, raises ProviderError and nothing else when
    the model fails, and closes its connection as soon as it is closed or its task is cancelled. It has no
    deadline of its own. An answer that is cut (no finish reason) raises ProviderError too.
    """

    @property
    def name(self) -> str: ...

    def stream(self, request: ModelRequest) -> AsyncGenerator[Delta, None]: ...
