"""Bodies over the limit are refused by what they declare and by what comes."""

import json
from typing import Any

import pytest

from config.body_limit import LIMIT as USUAL
from config.body_limit import BodyLimit, limit_at
from tests.config.asgi import ask

LIMIT = 100


def at_most(_path: str) -> int:
    return LIMIT


class Echo:
    """Reads the whole body and answers with its length, as Django does it; ``seen`` is what it read."""

    def __init__(self) -> None:
        self.seen = b""
        self.asked = False

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked = True
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            self.seen += message["body"]
            more = message["more_body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"%d" % len(self.seen)})


async def test_a_body_of_the_limit_passes():
    answer = await ask(
        BodyLimit(Echo(), at_most), "/", method="POST", headers={"content-length": "100"}, body=[b"x" * 100]
    )
    assert (answer.status, answer.body) == (200, b"100")


async def test_a_larger_one_that_says_so_is_refused_unread():
    echo = Echo()
    answer = await ask(BodyLimit(echo, at_most), "/", method="POST", headers={"content-length": "101"})
    assert answer.status == 413
    assert not echo.asked


@pytest.mark.parametrize(
    "headers", [{}, {"content-length": "5"}, {"content-length": "-1"}, {"content-length": "x"}]
)
async def test_a_larger_one_that_does_not_is_refused_when_it_has_come(headers):
    echo = Echo()
    answer = await ask(
        BodyLimit(echo, at_most), "/", method="POST", headers=headers, body=[b"x" * 60, b"x" * 60, b"x" * 60]
    )
    assert answer.status == 413
    assert len(echo.seen) <= LIMIT


@pytest.mark.parametrize("headers", [{"content-length": "101"}, {}])
async def test_a_program_is_told_in_json(headers):
    answer = await _sent_too_much("/api/agents", headers)
    told = json.loads(answer.body)
    assert set(told) == {"error", "detail"}
    assert told["error"] == "too_large"


@pytest.mark.parametrize("headers", [{"content-length": "101"}, {}])
async def test_a_client_of_openai_is_told_in_its_shape(headers):
    answer = await _sent_too_much("/v1/chat/completions", headers)
    told = json.loads(answer.body)["error"]
    assert set(told) == {"message", "type", "param", "code"}
    assert (told["type"], told["code"]) == ("invalid_request_error", "too_large")


async def _sent_too_much(path, headers):
    answer = await ask(
        BodyLimit(Echo(), at_most), path, method="POST", headers=headers, body=[b"x" * 60, b"x" * 60]
    )
    assert answer.status == 413
    assert answer.headers["content-type"] == "application/json"
    return answer


async def test_sockets_pass():
    passed = []

    async def application(scope: Any, _receive: Any, _send: Any) -> None:
        passed.append(scope["type"])

    await BodyLimit(application)({"type": "websocket"}, None, None)  # type: ignore[arg-type]
    assert passed == ["websocket"]


@pytest.mark.parametrize(
    "path", ["/api/agents/{id}/documents", "/agents/{id}/documents/", "/agents/{id}/documents/?x=1"]
)
def test_documents_may_be_larger_four_of_them_at_once(path, settings):
    settings.MAX_DOCUMENT_BYTES = 20 * 1024**2
    limit = limit_at(path.format(id="019a0000-0000-7000-8000-00000000000a"))
    assert 4 * 20 * 1024**2 < limit < 81 * 1024**2
    settings.MAX_DOCUMENT_BYTES = 1
    assert limit_at(path.format(id="019a0000-0000-7000-8000-00000000000a")) == USUAL


@pytest.mark.parametrize(
    "path",
    [
        "/api/agents",
        "/api/agents/x/documents",
        "/api/documents/019a0000-0000-7000-8000-00000000000a",
        "/chat/",
    ],
)
def test_nothing_else_may(path):
    assert limit_at(path) == USUAL
