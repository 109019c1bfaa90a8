"""After its first token an answer is read at a pace: many tokens in one look, none of them lost."""

import asyncio

import pytest

from agents.engine.deltas import TextDelta
from agents.engine.messages import ChatMessage, ModelRequest
from agents.providers.openai import OpenAIProvider
from agents.providers.paced import FAST, PacedStream
from tests.upstream import FakeUpstream
from tests.upstream.wire import DONE, chunk

REQUEST = ModelRequest("m", (ChatMessage("user", "Hello"),))
TOKENS = [f"{number} " for number in range(50)]
END = [chunk(finish="stop"), DONE]


class Wire:
    """A connection that has these reads in it."""

    def __init__(self, *reads: bytes) -> None:
        self.reads = list(reads)

    async def read(self, max_bytes, *_deadline):
        return self.reads.pop(0)


class Pauses:
    def __init__(self) -> None:
        self.number = 0

    def __call__(self) -> float:
        self.number += 1
        return 0.0


async def test_a_connection_is_read_at_once_until_it_has_a_pause():
    stream, pauses = PacedStream(Wire(b"a", b"b", b"c")), Pauses()
    assert await stream.read(9) == b"a"
    stream.pause = pauses
    assert [await stream.read(9), await stream.read(9)] == [b"b", b"c"]
    assert pauses.number == 2


async def test_a_flood_is_read_without_pauses():
    stream, pauses = PacedStream(Wire(b"x" * (FAST + 1), b"y", b"z")), Pauses()
    stream.pause = pauses
    for _ in range(3):
        await stream.read(FAST * 4)
    assert pauses.number == 2  # before the first and the last; the second had bytes waiting for certain


@pytest.fixture
async def upstream():
    async with FakeUpstream() as upstream:
        yield upstream


@pytest.fixture
async def provider(upstream):
    provider = OpenAIProvider(base_url=upstream.base_url, api_key="k")
    yield provider
    await provider.aclose()


async def looks_at(provider) -> list[str]:
    """The text of the answer, as it came out without anything else running in between."""
    looks = [""]
    turned = False

    def turn() -> None:
        nonlocal turned
        turned = True

    async for delta in provider.stream(REQUEST):
        if turned:
            looks.append("")
            turned = False
        asyncio.get_running_loop().call_soon(turn)
        if isinstance(delta, TextDelta):
            looks[-1] += delta.text
    return looks


@pytest.mark.parametrize("apart", [0.004, 0], ids=["one by one", "all at once"])
async def test_tokens_come_many_in_one_look(upstream, provider, apart):
    upstream.script([part for token in TOKENS for part in (chunk(token), apart)] + END)
    for _ in range(2):  # the second time on the same connection
        looks = await looks_at(provider)
        assert "".join(looks) == "".join(TOKENS)
        assert len(looks) < len(TOKENS) / 2
    assert upstream.connections_made == 1
