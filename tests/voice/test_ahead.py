"""Sentences become sound in order, one ahead of what is being taken, and end together."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from voice.ahead import AHEAD, in_order


class Engine:
    """Makes sound when told to; knows what was begun and what was closed."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.closed: list[str] = []
        self.may_go_on = asyncio.Event()
        self.taken = b""

    async def take(self, sound: bytes) -> None:
        self.taken += sound

    async def speak(self, text: str) -> AsyncGenerator[bytes, None]:
        self.begun.append(text)
        try:
            yield text[0].encode()
            await self.may_go_on.wait()
            if text == "fails":
                raise ValueError(text)
            yield text[1:].encode()
        finally:
            self.closed.append(text)

    async def all_of(self, *texts: str) -> AsyncGenerator[AsyncGenerator[bytes, None], None]:
        for text in texts:
            if text == "stop":
                raise KeyError(text)
            yield self.speak(text)


@pytest.fixture
async def engine() -> Engine:
    return Engine()


async def until(engine: Engine, taken: bytes) -> None:
    async with asyncio.timeout(10):
        while engine.taken != taken:
            await asyncio.sleep(0)


async def test_all_is_taken_in_order(engine):
    engine.may_go_on.set()
    await in_order(engine.all_of("one ", "two ", "three"), engine.take)
    assert engine.taken == b"one two three"
    assert engine.closed == ["one ", "two ", "three"]


async def test_the_next_is_begun_and_no_more_while_one_is_taken(engine):
    task = asyncio.create_task(in_order(engine.all_of("one", "two", "three", "four"), engine.take))
    await until(engine, b"o")
    for _turn in range(20):
        await asyncio.sleep(0)
    assert engine.begun == ["one", "two"]
    assert len(engine.begun) == 1 + AHEAD
    engine.may_go_on.set()
    await task
    assert engine.taken == b"onetwothreefour"


@pytest.mark.parametrize(
    ("texts", "error"), [(("one", "fails", "two"), ValueError), (("one", "stop"), KeyError)]
)
async def test_what_goes_wrong_is_told_and_everything_is_closed(engine, texts, error):
    engine.may_go_on.set()
    with pytest.raises(error):
        await in_order(engine.all_of(*texts), engine.take)
    assert sorted(engine.closed) == sorted(engine.begun)


async def test_a_stop_does_not_wait_for_what_was_begun(engine):
    with pytest.raises(KeyError):
        await in_order(
            engine.all_of("one", "two", "three", "four", "stop"), engine.take
        )  # which never goes on
    assert sorted(engine.closed) == sorted(engine.begun)


async def test_cancelling_closes_what_was_begun(engine):
    task = asyncio.create_task(in_order(engine.all_of("one", "two", "three"), engine.take))
    await until(engine, b"o")
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()
    assert sorted(engine.closed) == ["one", "two"]
