"""The house opens and closes with any ASGI server."""

from collections.abc import Iterable
from typing import Any

import pytest

from config import lifespan
from config.lifespan import Lifespan


async def run(*messages: str) -> list[str]:
    """What the application says to a server that sends these messages of the lifespan protocol."""
    left: Iterable[str] = iter(messages)
    said: list[str] = []

    async def receive() -> dict[str, Any]:
        return {"type": f"lifespan.{next(left)}"}  # type: ignore[call-overload]

    async def send(message: Any) -> None:
        said.append(message["type"].removeprefix("lifespan."))

    await Lifespan(None)({"type": "lifespan"}, receive, send)
    return said


@pytest.mark.django_db(transaction=True)
async def test_it_opens_and_closes():
    assert await run("startup", "shutdown") == ["startup.complete", "shutdown.complete"]


async def test_a_start_that_fails_is_said(monkeypatch):
    async def fail() -> None:
        raise RuntimeError("no room")

    monkeypatch.setattr(lifespan, "start", fail)
    assert await run("startup") == ["startup.failed"]


async def test_other_protocols_pass():
    passed: list[str] = []

    async def application(scope: Any, _receive: Any, _send: Any) -> None:
        passed.append(scope["type"])

    await Lifespan(application)({"type": "http"}, None, None)  # type: ignore[arg-type]
    assert passed == ["http"]
